using System.Data;
using CrmSuite.Journal;
using Npgsql;

namespace CrmSuite.Views;

/// <summary>What a rebuild changed.</summary>
/// <param name="Name">The view.</param>
/// <param name="TakenAt">When.</param>
/// <param name="OldTable">The table that served before.</param>
/// <param name="NewTable">The table that serves since.</param>
/// <param name="OldPosition">How far the old one was.</param>
/// <param name="NewPosition">How far the new one was; when both are equal the counts are exact.</param>
/// <param name="OnlyOld">Rows that are no longer there.</param>
/// <param name="OnlyNew">Rows that are new.</param>
/// <param name="Changed">Rows that differ in a column that both have.</param>
/// <param name="Samples">Up to a hundred of them, as a JSON array of <c>{old, new}</c>; none of rows with personal fields.</param>
public sealed record ViewDiff(
    string Name, DateTime TakenAt, string OldTable, string NewTable, string OldPosition, string NewPosition, long OnlyOld, long OnlyNew, long Changed, System.Text.Json.JsonElement Samples)
{
    const int SamplesMax = 100;

    internal static async Task<ViewDiff?> Find(NpgsqlConnection connection, string schema, string name, CancellationToken ct) =>
        (await connection.Sql("select * from views.diff where schema = $1 and name = $2", schema, name).Read<ViewDiff>(ct)).SingleOrDefault();

    /// <summary>Compares two tables in one snapshot and keeps the result. A reading transaction has no id of its own, so the fence does not wait for it.</summary>
    /// <returns>False when exactness was asked for and the tables are not at one position.</returns>
    internal static async Task<bool> Take(NpgsqlConnection connection, string schema, ViewState old, ViewTable @new, bool exactly, CancellationToken ct)
    {
        await using var reading = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var states = await new ViewStates(schema).All(connection, ct);
        var (from, to) = (states.Find(state => state.Table == old.Table), states.Find(state => state.Table == @new.Table));
        if (from is null || to is null || (exactly && from.At != to.At))
        {
            return false;
        }

        if (await Pairs(connection, schema, old.Table, @new, ct) is not { } pairs)
        {
            return true; // Two versions without a common key have nothing to compare.
        }

        var compare = connection.Sql($"""
            select count(*) filter (where n.{pairs.Key} is null), count(*) filter (where o.{pairs.Key} is null),
                count(*) filter (where o.{pairs.Key} is not null and n.{pairs.Key} is not null),
                (select coalesce(jsonb_agg(sample), '[]')::text from (select to_jsonb(o) as old, to_jsonb(n) as new from {pairs.Differing} limit {(@new.IsPersonal ? 0 : SamplesMax)}) as sample)
            from {pairs.Differing}
            """);
        compare.CommandTimeout = 0;
        var found = (await compare.Read(reader => (Old: reader.GetInt64(0), New: reader.GetInt64(1), Both: reader.GetInt64(2), Samples: reader.GetString(3)), ct)).Single();
        await reading.CommitAsync(ct);
        await connection.Sql("""
            insert into views.diff (schema, name, old_table, new_table, old_position, new_position, only_old, only_new, changed, samples)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb)
            on conflict (schema, name) do update set taken_at = now(), old_table = excluded.old_table, new_table = excluded.new_table,
                old_position = excluded.old_position, new_position = excluded.new_position, only_old = excluded.only_old, only_new = excluded.only_new,
                changed = excluded.changed, samples = excluded.samples
            """, schema, @new.Name, old.Table, @new.Table, from.At.ToString(), to.At.ToString(), found.Old, found.New, found.Both, found.Samples).Run(ct);
        return true;
    }

    /// <summary>Old and new rows side by side, only those that differ in what both versions have.</summary>
    static async Task<(string Key, string Differing)?> Pairs(NpgsqlConnection connection, string schema, string old, ViewTable @new, CancellationToken ct)
    {
        var columns = await connection.Sql("""
            select '"' || n.column_name || '"', n.data_type = o.data_type from information_schema.columns n
            join information_schema.columns o on o.table_schema = n.table_schema and o.column_name = n.column_name and o.table_name = $2
            where n.table_schema = $1 and n.table_name = $3 order by n.ordinal_position
            """, schema, old, @new.Table).Read(reader => (Name: reader.GetString(0), Cast: reader.GetBoolean(1) ? "" : "::text"), ct);
        string Row(string side) => $"row({string.Join(", ", columns.Select(column => $"{side}.{column.Name}{column.Cast}"))})";
        var keys = @new.Indexes[0].Trim('(', ')').Split(", ").Where(key => columns.Exists(column => column.Name == key)).ToList();
        if (keys.Count == 0)
        {
            return null;
        }

        var same = string.Join(" and ", keys.Select(key => $"o.{key} = n.{key}"));
        return (keys[0], $"{schema}.\"{old}\" o full join {@new.Qualified} n on {same} where o.{keys[0]} is null or n.{keys[0]} is null or {Row("o")} is distinct from {Row("n")}");
    }
}
