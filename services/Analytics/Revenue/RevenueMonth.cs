namespace CrmSuite.Analytics.Revenue;

/// <summary>What was ordered and given back in one calendar month, in one currency.</summary>
public sealed record RevenueMonth(
    DateOnly Month,
    string Currency,
    long Orders,
    long Customers,
    long OrderedMinor,
    long Returns,
    long ReturnedMinor,
    long Credits,
    long CreditedMinor,
    long NetMinor,
    bool Complete)
{
    /// <summary>Every month and currency; a select.</summary>
    internal static FormattableString AsOf(DateTime asOf, DateTime knownAt, string zone) =>
        $"select * from analytics.revenue_by_month_as_of({asOf}, {knownAt}, {zone})";
}
