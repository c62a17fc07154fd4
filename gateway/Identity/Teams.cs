using Dapper;
using Npgsql;

namespace CrmSuite.Gateway.Identity;

/// <summary>A team: part of another one, led by one manager.</summary>
sealed record Team
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Parent { get; init; }
    public Guid? Manager { get; init; }
}

/// <summary>The tree of teams.</summary>
sealed class Teams(NpgsqlDataSource database)
{
    /// <summary>Serialises changes of the tree, so that two of them cannot make a circle.</summary>
    const long LockKey = 0x43524d5f5445414d;

    public const int CountMax = 2_000;

    public async Task<IReadOnlyList<Team>> All(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Team>(new CommandDefinition(
            "select id, name, parent, manager from identity.teams order by id limit @CountMax", new { CountMax }, cancellationToken: ct))];
    }

    /// <summary>Makes or changes a team.</summary>
    /// <returns>False when it would become part of itself.</returns>
    public async Task<bool> Put(Team team, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync($"select pg_advisory_xact_lock({LockKey})", transaction: transaction);
        var circle = await connection.ExecuteScalarAsync<bool>(
            """
            with recursive above as (
                select id, parent from identity.teams where id = @Parent
                union select t.id, t.parent from identity.teams t join above on t.id = above.parent)
            select @Parent = @Id or exists (select 1 from above where id = @Id)
            """,
            new { team.Id, team.Parent }, transaction);
        if (circle)
        {
            return false;
        }

        await connection.ExecuteAsync(
            """
            insert into identity.teams (id, name, parent, manager) values (@Id, @Name, @Parent, @Manager)
            on conflict (id) do update set name = excluded.name, parent = excluded.parent, manager = excluded.manager
            """,
            team, transaction);
        await transaction.CommitAsync(ct);
        return true;
    }
}
