using System.Runtime.CompilerServices;
using CrmSuite.Analytics.Store;
using CrmSuite.Journal;
using CrmSuite.Views;
using NodaTime;
using Npgsql;

namespace CrmSuite.Analytics.Segments;

/// <summary>
/// Memberships evaluated from the facts while somebody waits: by a rule that is not kept, or by what was known at an instant, which no table holds. The table
/// of memberships is the same function over all that is known.
/// </summary>
/// <param name="database">Where the facts are.</param>
/// <param name="versions">The versions of the rule.</param>
/// <param name="zone">The zone of the books.</param>
/// <param name="asOf">Who is in at this instant.</param>
/// <param name="known">Other facts do not count.</param>
sealed class Evaluation(NpgsqlDataSource database, IReadOnlyList<VersionInForce> versions, DateTimeZone zone, DateTime asOf, Cut known)
{
    /// <summary>So many customers are evaluated for one answer.</summary>
    const int CustomersMax = 100_000;

    /// <summary>How many members there are, among how many customers, and whether those are all.</summary>
    public async Task<(long Members, long Evaluated, bool IsComplete)> Count(CancellationToken ct)
    {
        var (members, evaluated) = (0L, 0L);
        await foreach (var (customers, found) in Pages(Guid.Empty, ct))
        {
            members += found.Count;
            evaluated += customers.Count;
            if (evaluated >= CustomersMax)
            {
                return (members, evaluated, false);
            }
        }

        return (members, evaluated, true);
    }

    /// <summary>A page of members behind a customer. It may be short, or empty, and still have a next one: then nobody else was found among many.</summary>
    public async Task<Page<Stay>> Members(Guid after, int size, CancellationToken ct)
    {
        var (members, evaluated) = (new List<Stay>(), 0);
        await foreach (var (customers, found) in Pages(after, ct))
        {
            members.AddRange(found);
            evaluated += customers.Count;
            if (members.Count > size)
            {
                return new([.. members.Take(size)], members[size - 1].CustomerId.ToString());
            }

            if (evaluated >= CustomersMax)
            {
                return new(members, customers[^1].ToString());
            }
        }

        return new(members, null);
    }

    /// <summary>All stays of one customer.</summary>
    public async Task<IReadOnlyList<Stay>> Of(Guid customer, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. (await HistoryReader.Read(connection, [customer], known, ct)).SelectMany(history => Stays.Of(versions, history, zone))];
    }

    async IAsyncEnumerable<(IReadOnlyList<Guid> Customers, IReadOnlyList<Stay> Members)> Pages(Guid after, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        while (await HistoryReader.Customers(connection, after, ct) is { Count: > 0 } customers)
        {
            var histories = await HistoryReader.Read(connection, customers, known, ct);
            yield return (customers, [.. histories.SelectMany(history => Stays.Of(versions, history, zone)).Where(stay => stay.Covers(asOf))]);
            if (customers.Count < HistoryReader.PageMax)
            {
                break;
            }

            after = customers[^1];
        }
    }
}
