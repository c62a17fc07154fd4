using CrmSuite.Contracts;
using CrmSuite.Sales.Rates;

namespace CrmSuite.Sales.Invoices;

/// <summary>What is overdue, by how long, in minor units of one currency.</summary>
/// <param name="Days1To30">For 1 to 30 days.</param>
/// <param name="Days31To60">For 31 to 60 days.</param>
/// <param name="Days61To90">For 61 to 90 days.</param>
/// <param name="DaysOver90">For longer.</param>
sealed record Ages(long Days1To30, long Days31To60, long Days61To90, long DaysOver90)
{
    const int Month = 30;

    /// <summary>All of it.</summary>
    public long Total => Days1To30 + Days31To60 + Days61To90 + DaysOver90;

    /// <summary>Amounts, each overdue for so many days.</summary>
    public static Ages Of(IEnumerable<(int Days, long Minor)> amounts)
    {
        var byAge = amounts.ToLookup(amount => Math.Min((amount.Days - 1) / Month, 3), amount => amount.Minor);
        return new(byAge[0].Sum(), byAge[1].Sum(), byAge[2].Sum(), byAge[3].Sum());
    }
}

/// <summary>What one customer or account owes in one currency, and is overdue with.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="AccountId">The account; null where customers are asked for, or the invoices name none.</param>
/// <param name="Currency">ISO 4217 code of the original amounts.</param>
/// <param name="Invoices">How many invoices.</param>
/// <param name="OldestDays">For how many days the oldest is overdue.</param>
/// <param name="Original">In that currency.</param>
/// <param name="Report">At the reporting rate; null where it is unrated.</param>
sealed record Debt(Guid CustomerId, Guid? AccountId, string Currency, int Invoices, int OldestDays, Ages Original, Ages? Report);

/// <summary>A total in one currency.</summary>
sealed record CurrencyAges(string Currency, int Invoices, Ages Original);

/// <summary>What is overdue on a day: each invoice is converted and rounded once, and every total is the sum of what was rounded (rulings.md 28).</summary>
sealed record Overdue(IReadOnlyList<Debt> Debts)
{
    /// <summary>Totals of the original amounts, each currency apart.</summary>
    public IReadOnlyList<CurrencyAges> Originals =>
    [
        .. Debts.GroupBy(debt => debt.Currency).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new CurrencyAges(group.Key, group.Sum(debt => debt.Invoices), Sum(group.Select(debt => debt.Original)))),
    ];

    /// <summary>The total at the reporting rate, without what is unrated.</summary>
    public Ages Report => Sum(Debts.Select(debt => debt.Report).OfType<Ages>());

    /// <summary>How many invoices there are.</summary>
    public int Invoices => Debts.Sum(debt => debt.Invoices);

    /// <summary>How many of them have no value in the reporting currency.</summary>
    public int Unrated => Debts.Where(debt => debt.Report is null).Sum(debt => debt.Invoices);

    /// <param name="invoices">What is open though its last day is over.</param>
    /// <param name="rates">What amounts are worth.</param>
    /// <param name="at">The instant that is asked about.</param>
    /// <param name="day">Its day.</param>
    /// <param name="byAccount">Whether a customer's accounts are told apart.</param>
    public static Overdue Of(IEnumerable<InvoiceList.Row> invoices, RateTable rates, DateTime at, DateOnly day, bool byAccount) => new(
    [
        .. invoices.GroupBy(invoice => (invoice.CustomerId, AccountId: byAccount ? invoice.AccountId : null, invoice.Currency))
            .Select(group => DebtOf(group.Key, [.. group.Select(invoice => (day.DayNumber - invoice.DueOn.DayNumber, invoice.OpenMinor))], rates, at))
            .OrderByDescending(debt => debt.Report?.Total ?? 0).ThenBy(debt => debt.CustomerId).ThenBy(debt => debt.AccountId)
            .ThenBy(debt => debt.Currency, StringComparer.Ordinal),
    ]);

    static Debt DebtOf((Guid CustomerId, Guid? AccountId, string Currency) who, List<(int Days, long Minor)> amounts, RateTable rates, DateTime at)
    {
        var valued = amounts.Select(amount => (amount.Days, Minor: rates.AtReportingRate(new Money(amount.Minor, who.Currency), at))).ToList();
        return new(who.CustomerId, who.AccountId, who.Currency, amounts.Count, amounts.Max(amount => amount.Days), Ages.Of(amounts),
            valued.Exists(amount => amount.Minor is null) ? null : Ages.Of(valued.Select(amount => (amount.Days, amount.Minor!.Value))));
    }

    static Ages Sum(IEnumerable<Ages> all) => all.Aggregate(new Ages(0, 0, 0, 0), (sum, more) => new(sum.Days1To30 + more.Days1To30,
        sum.Days31To60 + more.Days31To60, sum.Days61To90 + more.Days61To90, sum.DaysOver90 + more.DaysOver90));
}
