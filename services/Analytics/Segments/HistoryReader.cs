using System.Text.Json;
using CrmSuite.Analytics.Customers;
using CrmSuite.Analytics.Orders;
using CrmSuite.Analytics.Store;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Segments;

/// <summary>The histories of a page of customers, out of the fact tables.</summary>
static class HistoryReader
{
    /// <summary>Customers in one page.</summary>
    public const int PageMax = 500;

    const int TimeOutSeconds = 60;

    /// <summary>Everybody with a fact, by pages in the order of their ids.</summary>
    public static async Task<IReadOnlyList<Guid>> Customers(NpgsqlConnection connection, Guid after, CancellationToken ct) =>
        [.. await connection.QueryAsync<Guid>(new CommandDefinition(
            $"select customer_id from analytics.{Customer360.Name} where customer_id > @after order by customer_id limit @PageMax",
            new { after, PageMax }, commandTimeout: TimeOutSeconds, cancellationToken: ct))];

    /// <summary>The histories of these customers, as far as they were known. Of scores only those of runs that are kept.</summary>
    public static async Task<IReadOnlyList<CustomerHistory>> Read(NpgsqlConnection connection, IReadOnlyList<Guid> customers, Cut known, CancellationToken ct)
    {
        Task<IEnumerable<T>> Rows<T>(string sql) =>
            connection.QueryAsync<T>(new CommandDefinition(
                sql, new { ids = customers, knownAt = known.At, sales = known.Of("sales"), acquisition = known.Of("acquisition") },
                commandTimeout: TimeOutSeconds, cancellationToken: ct));
        var orders = (await Rows<(Guid Customer, DateTime At, Guid EventId, long Minor, string Currency, DateTime? CancelledAt, Guid? CancelledBy)>(
            $"""
            select customer_id, placed_at, event_id, amount_minor, currency, case when cancelled_pack_no <= @sales then cancelled_at end,
                case when cancelled_pack_no <= @sales then cancelled_by end
            from analytics.{CustomerOrders.Name} where customer_id = any(@ids) and pack_no <= @sales order by placed_at, position
            """)).ToLookup(row => row.Customer, row => new OrderFact(row.At, row.EventId, row.Minor, row.Currency, row.CancelledAt, row.CancelledBy));
        var credits = (await Rows<(Guid Customer, DateTime At, Guid EventId, long Minor, string Currency)>(
            $"""
            select customer_id, given_at, event_id, amount_minor, currency from analytics.{CustomerCredits.Name}
            where customer_id = any(@ids) and pack_no <= @sales order by given_at, position
            """)).ToLookup(row => row.Customer, row => new CreditFact(row.At, row.EventId, row.Minor, row.Currency));
        var profile = (await Rows<(Guid Customer, DateTime At, Guid EventId, string Fields)>(
            $"""
            select customer_id, occurred_at, event_id, fields::text from analytics.{CustomerProfileChanges.Name}
            where customer_id = any(@ids) and pack_no <= @acquisition order by occurred_at, position
            """)).ToLookup(row => row.Customer, row => new ProfileFact(row.At, row.EventId, JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(row.Fields)!));
        var scores = (await Rows<(Guid Customer, DateTime At, int R, int F, int M)>(
            """
            select customer_id, as_of, r, f, m from analytics.scores join analytics.score_runs using (run_id)
            where customer_id = any(@ids) and made_at <= @knownAt order by as_of, made_at
            """)).ToLookup(row => row.Customer, row => new ScoreFact(row.At, row.R, row.F, row.M));
        return [.. customers.Select(id => new CustomerHistory(id, [.. orders[id]], [.. credits[id]], [.. profile[id]], [.. scores[id]]))];
    }
}
