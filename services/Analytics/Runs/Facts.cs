using CrmSuite.Analytics.Books;
using CrmSuite.Analytics.Customers;
using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Orders;
using CrmSuite.Analytics.Segments;
using CrmSuite.Analytics.Store;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Runs;

/// <summary>Whose purchases are read: one customer's, or those behind a customer.</summary>
readonly record struct Purchasers(Guid? One, Guid After, int Max)
{
    public static readonly Purchasers All = new(null, Guid.Empty, int.MaxValue);
}

/// <summary>What runs read of the folded tables.</summary>
static class Facts
{
    /// <summary>A run may read for so long; interactive queries have shorter limits.</summary>
    public const int TimeOutSeconds = 600;

    static readonly string[] Tables =
        [CustomerOrders.Name, CustomerCredits.Name, CustomerProfileChanges.Name, Customer360.Name, BooksInForce.Name, SegmentDefinitions.Name, KnownPacks.Name];

    /// <summary>Position of the company's store that all fact tables have passed, −1 before the first event; null while a table is not there yet.</summary>
    public static async Task<long?> Position(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            """
            select case when count(*) = cardinality(@Tables) then min(number) end from views.state where schema = 'analytics' and serving and name = any(@Tables)
            """, new { Tables }, cancellationToken: ct));
    }

    /// <summary>Business time of the newest order; null while there is none.</summary>
    public static async Task<DateTime?> NewestOrder(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition($"select max(placed_at) from analytics.{CustomerOrders.Name}", cancellationToken: ct));
    }

    /// <summary>The currency of totals.</summary>
    public static async Task<string?> Currency(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition("select analytics.currency()", commandTimeout: TimeOutSeconds, cancellationToken: ct));
    }

    /// <summary>Position of the newest fact about a customer in the tables; null before the first.</summary>
    public static async Task<long?> NewestFact(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long?>(
            new CommandDefinition($"select max(position) from analytics.{Customer360.Name}", cancellationToken: ct));
    }

    /// <summary>The purchase days of customers with an order, in the order of their ids.</summary>
    public static async Task<List<PurchaseHistory>> Purchases(
        NpgsqlDataSource database, DateTime asOf, DateTime knownAt, string zone, Purchasers purchasers, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select customer_id, array_agg(distinct (placed_at at time zone $3)::date order by (placed_at at time zone $3)::date)
            from analytics.orders_as_of($1, $2) where customer_id > $4 and ($5::uuid is null or customer_id = $5)
            group by customer_id order by customer_id limit $6
            """);
        command.CommandTimeout = TimeOutSeconds;
        command.Parameters.Add(new() { Value = asOf });
        command.Parameters.Add(new() { Value = knownAt });
        command.Parameters.Add(new() { Value = zone });
        command.Parameters.Add(new() { Value = purchasers.After });
        command.Parameters.Add(new() { Value = (object?)purchasers.One ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = purchasers.Max });
        var histories = new List<PurchaseHistory>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            histories.Add(new(reader.GetGuid(0), reader.GetFieldValue<DateOnly[]>(1)));
        }

        return histories;
    }
}
