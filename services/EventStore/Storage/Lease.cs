using Npgsql;

namespace CrmSuite.EventStore.Storage;

/// <summary>
/// The right to write, for one process at a time: a row with an end by the database's clock and a fencing number that rises with every taking. The end keeps
/// two willing writers from taking it from each other; the number keeps the tables right whatever happens, because every write checks it in its own
/// transaction (<see cref="Check"/>) and a taker waits for that transaction.
/// </summary>
/// <param name="database">The store's database.</param>
/// <param name="holder">Who takes it: one name for each process that may run beside another.</param>
sealed class Lease(NpgsqlDataSource database, string holder)
{
    /// <summary>How long a taking holds without renewal: how long a standby waits after the writer has died.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    /// <summary>How often the holder renews, and a standby tries.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Fails (division by zero) unless <c>$1</c> is the fencing number, and holds it until the end of the transaction.</summary>
    public const string Check = "select 1 / count(*)::int from (select 1 from store.lease where fence = $1 for share) held";

    /// <summary>The SQLSTATE of a failed <see cref="Check"/>.</summary>
    public const string LostState = PostgresErrorCodes.DivisionByZero;

    bool tried;

    /// <summary>The fencing number of the last taking.</summary>
    public long Fence { get; private set; }

    /// <summary>Takes the lease if it is free. The first try also takes it from a holder of the same name, which is this process before its restart.</summary>
    public async Task<bool> TryTake(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            update store.lease set holder = $1, fence = fence + 1, expires = clock_timestamp() + $2
            where expires < clock_timestamp() or (holder = $1 and $3) returning fence
            """);
        command.Parameters.Add(new() { Value = holder });
        command.Parameters.Add(new() { Value = Length });
        command.Parameters.Add(new() { Value = !tried });
        var fence = (long?)await command.ExecuteScalarAsync(ct);
        tried = true;
        Fence = fence ?? Fence;
        return fence is not null;
    }

    /// <summary>Moves the end; false if another has taken it.</summary>
    public Task<bool> Renew(CancellationToken ct) => SetEnd("clock_timestamp() + $2", ct);

    /// <summary>Gives it up, so that the next one need not wait. Returns only after every write under it has ended, one way or the other.</summary>
    public Task<bool> Release(CancellationToken ct) => SetEnd("clock_timestamp() - $2", ct);

    async Task<bool> SetEnd(string end, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"update store.lease set expires = {end} where fence = $1");
        command.Parameters.Add(new() { Value = Fence });
        command.Parameters.Add(new() { Value = Length });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
