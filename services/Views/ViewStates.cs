using CrmSuite.Journal;
using Npgsql;

namespace CrmSuite.Views;

/// <summary>How far a view's table is and what it is doing.</summary>
/// <param name="Name">The view.</param>
/// <param name="Version">The version of its rule.</param>
/// <param name="Table">The table of this version.</param>
/// <param name="Status">building, running, waiting or failed.</param>
/// <param name="Serving">Whether queries read it.</param>
/// <param name="Built">Whether it has ever caught up.</param>
/// <param name="At">The last position folded in.</param>
/// <param name="Reason">Why it stands still.</param>
/// <param name="MovedAt">When it last moved.</param>
public sealed record ViewState(string Name, int Version, string Table, string Status, bool Serving, bool Built, Position At, string? Reason, DateTime MovedAt);

/// <summary>The bookkeeping of all tables of one schema, in <c>views.state</c>.</summary>
sealed class ViewStates(string schema)
{
    /// <summary>Moves checkpoints by compare-and-set: $1, $2 to; $3 schema; $4 tables; $5, $6 from. Answers the tables that were where they were believed to be.</summary>
    public const string Move = """
        update views.state set transaction = $1, number = $2, moved_at = now(),
            status = case status when 'waiting' then 'running' else status end, reason = case status when 'waiting' then null else reason end
        where schema = $3 and table_name = any($4) and transaction = $5 and number = $6 returning table_name
        """;

    /// <summary>How many parameters <see cref="Move"/> has.</summary>
    public const int MoveParameters = 6;

    public async Task<HashSet<string>> Moved(NpgsqlConnection connection, string[] tables, Position from, Position to, CancellationToken ct) =>
        [.. await connection.Sql(Move, to, schema, tables, from).Read<string>(ct)];

    public Task<List<ViewState>> All(NpgsqlConnection connection, CancellationToken ct) => connection.Sql("""
        select name, version, table_name, status, serving, built_at is not null, transaction, number, reason, moved_at
        from views.state where schema = $1 order by name, version, generation
        """, schema).Read(reader => new ViewState(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3), reader.GetBoolean(4), reader.GetBoolean(5),
            reader.GetPosition(6), reader.GetOrNull<string>(8), reader.GetDateTime(9)), ct);

    /// <summary>Asks for a new table of the view: the first one of a version, or the next generation. Nothing when one is already being built.</summary>
    public async Task<bool> Build(NpgsqlConnection connection, string name, int version, bool again, CancellationToken ct) => await connection.Sql("""
        insert into views.state (schema, table_name, name, version, generation, status)
        select $1, $2 || '_v' || $3::int || case when g = 1 then '' else '_' || g end, $2, $3, g, 'building'
        from (select coalesce(max(generation), 0) + 1 as g, coalesce(bool_or(status = 'building'), false) as building
              from views.state where schema = $1 and name = $2 and version = $3) as last
        where g = 1 or ($4 and not building) on conflict do nothing
        """, schema, name, version, again).Run(ct) == 1;

    /// <summary>The table stands still where it is; nothing when another replica has got it further.</summary>
    public Task Stop(NpgsqlConnection connection, ViewTable table, string status, string reason, CancellationToken ct) => connection.Sql("""
        update views.state set status = $3, reason = $4 where schema = $1 and table_name = $2 and (transaction, number) = ($5, $6)
        """, schema, table.Table, status, reason, table.At).Run(ct);

    /// <summary>Lets what stands still go on: a built table where it stopped, another one from the first event.</summary>
    public async Task<bool> Resume(NpgsqlConnection connection, string name, CancellationToken ct) => await connection.Sql("""
        update views.state set status = case when built_at is null then 'building' else 'running' end, reason = null
        where schema = $1 and name = $2 and status in ('waiting', 'failed')
        """, schema, name).Run(ct) > 0;

    /// <summary>A newer build may now understand what an unfinished table waits for.</summary>
    public Task Retry(NpgsqlConnection connection, string name, int version, CancellationToken ct) => connection.Sql("""
        update views.state set status = 'building' where schema = $1 and name = $2 and version = $3 and status = 'waiting' and built_at is null
        """, schema, name, version).Run(ct);

    /// <summary>A table begins anew: whatever else is there of the view and serves nobody goes.</summary>
    public async Task Clear(NpgsqlConnection connection, string name, string except, CancellationToken ct)
    {
        foreach (var old in (await All(connection, ct)).Where(state => state.Name == name && !state.Serving && state.Table != except))
        {
            await Remove(connection, old.Table, ct);
        }
    }

    /// <summary>Bookkeeping and table go together.</summary>
    Task Remove(NpgsqlConnection connection, string table, CancellationToken ct) => Execute(connection, $"""
        delete from views.state where schema = {Literal(schema)} and table_name = {Literal(table)}; drop table if exists {schema}."{table}"
        """, ct);

    /// <summary>The table begins from the first event; false when it is no longer to be built.</summary>
    public async Task<bool> Restart(NpgsqlConnection connection, ViewTable table, CancellationToken ct) => await connection.Sql("""
        update views.state set transaction = '0', number = -1, reason = null where schema = $1 and table_name = $2 and status = 'building'
        """, schema, table.Table).Run(ct) == 1;

    /// <summary>From now on queries read this table. The name is taken from the old table in one short transaction.</summary>
    public async Task Serve(NpgsqlConnection connection, ViewTable table, IReadOnlyList<string> readers, bool replace, CancellationToken ct)
    {
        var replaced = (await All(connection, ct)).FirstOrDefault(state => state.Name == table.Name && state.Serving && state.Table != table.Table);
        await using (var transaction = await connection.BeginTransactionAsync(ct))
        {
            await Execute(connection, "set local lock_timeout = '500ms'", ct);
            await connection.Sql("update views.state set serving = false where schema = $1 and name = $2 and serving", schema, table.Name).Run(ct);
            await connection.Sql("""
                update views.state set serving = true, status = 'running', reason = null, built_at = now() where schema = $1 and table_name = $2
                """, schema, table.Table).Run(ct);
            var view = $"{schema}.\"{table.Name}\"";
            await Execute(connection, $"{(replace ? "" : $"drop view if exists {view};")} create or replace view {view} as select * from {table.Qualified}", ct);
            await Describe(connection, table, "view", view, ct);
            foreach (var reader in readers)
            {
                await Execute(connection, $"""
                    do $$ begin if exists (select from pg_roles where rolname = {Literal(reader)}) then grant select on {view} to "{reader}"; end if; end $$
                    """, ct);
            }

            await transaction.CommitAsync(ct);
        }

        // An older version stays for older replicas; another table of this version has no reader left.
        if (replaced?.Version == table.Version)
        {
            await Remove(connection, replaced.Table, ct);
        }
    }

    /// <summary>Comments on a table or view and on its columns.</summary>
    public static async Task Describe(NpgsqlConnection connection, ViewTable table, string kind, string qualified, CancellationToken ct)
    {
        var comments = table.Described.Where(column => column.Comment is not null).Select(column => $"comment on column {qualified}.\"{column.Name}\" is {Literal(column.Comment!)}");
        await Execute(connection, string.Join(";\n", comments.Prepend($"comment on {kind} {qualified} is {Literal(table.About)}")), ct);
    }

    public static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
