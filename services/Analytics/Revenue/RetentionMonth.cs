namespace CrmSuite.Analytics.Revenue;

/// <summary>How many customers of a cohort, the month of their first order, ordered in one month since.</summary>
public sealed record RetentionMonth(DateOnly CohortMonth, int MonthsSince, DateOnly Month, int CohortSize, int Customers, bool Complete)
{
    /// <summary>Every cohort and month; a select.</summary>
    internal static FormattableString AsOf(DateTime asOf, DateTime knownAt, string zone) =>
        $"select * from analytics.cohort_retention_as_of({asOf}, {knownAt}, {zone})";
}
