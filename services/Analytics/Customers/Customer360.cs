using System.ComponentModel;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using CrmSuite.Contracts.Service;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Customers;

/// <summary>One customer over all departments, without personal fields: one row for everybody of whom any department has a fact.</summary>
sealed class Customer360 : IView<Customer360.Row>
{
    public sealed record Row(
        [property: Description("The customer.")] Guid CustomerId,
        [property: Description("person or organisation; empty until registered.")] CustomerKind? Kind,
        [property: Description("Whether the registry knows him only by hearsay.")] bool Provisional,
        [property: Description("Business time of the registration.")] DateTime? RegisteredAt,
        [property: Description("Country, as the source says it.")] string? Country,
        [property: Description("City.")] string? City,
        [property: Description("BCP 47 tag.")] string? Language,
        [property: Description("IANA zone.")] string? TimeZone,
        [property: Description("Year of birth.")] int? BirthYear,
        [property: Description("As the customer states it.")] Gender? Gender,
        [property: Description("What he cares about.")] IReadOnlyList<string> Interests,
        [property: Description("Orders placed and not cancelled.")] int Orders,
        [property: Description("First order, also one that was cancelled.")] DateTime? FirstOrderAt,
        [property: Description("Latest order, also one that was cancelled.")] DateTime? LastOrderAt,
        [property: Description("Ordered so far and not cancelled, in minor units, by currency.")] IReadOnlyDictionary<string, long> Revenue,
        [property: Description("Given back so far in minor units, by currency: returns and credits.")] IReadOnlyDictionary<string, long> GivenBack,
        [property: Description("Returns and credits.")] int Credits,
        [property: Description("Points that can be spent.")] long PointsAvailable,
        [property: Description("Points owed after a return.")] long PointsDebt,
        [property: Description("Cases that are neither resolved nor closed.")] IReadOnlyList<Guid> OpenCases,
        [property: Description("Latest fact of Service about him.")] DateTime? LastContactAt,
        [property: Description("Position of the latest fact in the company's store.")] long Position);

    static readonly Dictionary<string, long> Nothing = [];

    public static string Name => "customer_360";
    public static int Version => 3;
    public static string About => "One customer over all departments, without personal fields.";
    public static IReadOnlyList<string> Indexes => ["(last_order_at)", "(position)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => CustomerFacts.Keys(entry).Any() ? [((ICustomerFact)entry.Event).CustomerId] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry)
    {
        row ??= new(key, null, true, null, null, null, null, null, null, null, [], 0, null, null, Nothing, Nothing, 0, 0, 0, [], null, 0);
        row = row with { Position = entry.Position.Number, LastContactAt = entry.Department == "service" ? entry.OccurredAt : row.LastContactAt };
        return entry.Event switch
        {
            CustomerRegistered e => row with
            {
                Kind = e.Kind,
                Provisional = e.Provisional,
                RegisteredAt = row.RegisteredAt ?? entry.OccurredAt,
                Country = e.Country ?? row.Country,
                City = e.City ?? row.City,
                Language = e.Language ?? row.Language,
                TimeZone = e.TimeZone ?? row.TimeZone,
                BirthYear = e.BirthYear ?? row.BirthYear,
                Gender = e.Gender ?? row.Gender,
                Interests = e.Interests ?? row.Interests,
            },
            CustomerCorrected e => row with
            {
                Country = e.Country ?? row.Country,
                City = e.City ?? row.City,
                BirthYear = e.BirthYear ?? row.BirthYear,
                Gender = e.Gender ?? row.Gender,
            },
            CustomerPreferencesSet e => row with { Language = e.Language, TimeZone = e.TimeZone, Interests = e.Interests },
            OrderPlaced e => row with
            {
                Orders = row.Orders + 1,
                FirstOrderAt = Earlier(row.FirstOrderAt, entry.OccurredAt),
                LastOrderAt = Later(row.LastOrderAt, entry.OccurredAt),
                Revenue = Plus(row.Revenue, e.Total.Minor, e.Total.Currency),
            },
            OrderCancelled e => row with
            {
                Orders = row.Orders - 1,
                Revenue = e.Total is { } total ? Plus(row.Revenue, -total.Minor, total.Currency) : row.Revenue,
            },
            OrderReturned e => row with { Credits = row.Credits + 1, GivenBack = Plus(row.GivenBack, e.Amount.Minor, e.Amount.Currency) },
            CreditIssued e => row with { Credits = row.Credits + 1, GivenBack = Plus(row.GivenBack, e.Amount.Minor, e.Amount.Currency) },
            PointsAccrued e => row with { PointsAvailable = row.PointsAvailable + e.Points - e.Netted, PointsDebt = row.PointsDebt - e.Netted },
            PointsRedeemed e => row with { PointsAvailable = row.PointsAvailable - e.Points },
            PointsClawedBack e => row with { PointsAvailable = row.PointsAvailable - (e.Points - e.Debt), PointsDebt = row.PointsDebt + e.Debt },
            PointsExpired e => row with { PointsAvailable = row.PointsAvailable - e.Points },
            CaseOpened e => row with { OpenCases = [.. row.OpenCases, e.CaseId] },
            CaseReopened e => row with { OpenCases = [.. row.OpenCases.Where(id => id != e.CaseId), e.CaseId] },
            CaseResolved e => row with { OpenCases = [.. row.OpenCases.Where(id => id != e.CaseId)] },
            CaseClosed e => row with { OpenCases = [.. row.OpenCases.Where(id => id != e.CaseId)] },
            _ => row,
        };
    }

    /// <summary>What linked customers have together. The profile is the first one's, and where it is silent the next one's.</summary>
    public static Row Together(Guid survivor, IReadOnlyList<Row> rows)
    {
        T? First<T>(Func<Row, T?> of) => rows.Select(of).FirstOrDefault(value => value is not null);

        Dictionary<string, long> Sum(Func<Row, IReadOnlyDictionary<string, long>> of) =>
            rows.SelectMany(of).GroupBy(pair => pair.Key).ToDictionary(sums => sums.Key, sums => sums.Sum(pair => pair.Value));

        return new(survivor, First(row => row.Kind), rows.All(row => row.Provisional), rows.Min(row => row.RegisteredAt), First(row => row.Country), First(row => row.City),
            First(row => row.Language), First(row => row.TimeZone), First(row => row.BirthYear), First(row => row.Gender), [.. rows.SelectMany(row => row.Interests).Distinct()],
            rows.Sum(row => row.Orders), rows.Min(row => row.FirstOrderAt), rows.Max(row => row.LastOrderAt), Sum(row => row.Revenue), Sum(row => row.GivenBack),
            rows.Sum(row => row.Credits), rows.Sum(row => row.PointsAvailable), rows.Sum(row => row.PointsDebt), [.. rows.SelectMany(row => row.OpenCases)],
            rows.Max(row => row.LastContactAt), rows.Max(row => row.Position));
    }

    static DateTime Earlier(DateTime? known, DateTime at) => known < at ? known.Value : at;

    static DateTime Later(DateTime? known, DateTime at) => known > at ? known.Value : at;

    static Dictionary<string, long> Plus(IReadOnlyDictionary<string, long> sums, long minor, string currency) =>
        new(sums) { [currency] = sums.GetValueOrDefault(currency) + minor };
}
