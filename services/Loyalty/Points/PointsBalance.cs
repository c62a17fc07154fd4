using System.ComponentModel;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Loyalty.Points;

/// <summary>What every member has: one row for every points account. A lot that has ended counts until its end is written; the account itself is exact at any instant.</summary>
sealed class PointsBalance : IView<PointsBalance.Row>
{
    public sealed record Row(
        [property: Description("The member.")] Guid MemberId,
        [property: Description("The customer behind the member.")] Guid CustomerId,
        [property: Description("Points left in all lots.")] long Available,
        [property: Description("Points owed, to be netted from what is earned next.")] long Debt,
        [property: Description("All points ever earned.")] long Earned,
        [property: Description("All points ever spent.")] long Redeemed,
        [property: Description("All points ever taken back.")] long ClawedBack,
        [property: Description("All points that ended unused.")] long Expired,
        [property: Description("When something last changed.")] DateTime ChangedAt);

    public static string Name => "points_balance";
    public static int Version => 1;
    public static string About => "One row for every points account: what is left, owed, earned, spent, taken back and ended.";
    public static IReadOnlyList<string> Indexes => ["(available desc, member_id)", "(customer_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == PointsAccount.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) =>
        entry.Event is ICustomerFact { CustomerId: var customer } fact
            ? Count((row ?? new(key, customer, 0, 0, 0, 0, 0, 0, default)) with { ChangedAt = entry.OccurredAt }, fact)
            : row;

    public static Task<IResult> Open(Queries queries, string? after, int? size, CancellationToken ct) =>
        queries.Answer<PointsBalance, Row>($"select * from {Name:name}", "available desc", after, size, ct);

    static Row Count(Row row, ICustomerFact fact) => fact switch
    {
        PointsAccrued e => row with { Available = row.Available + e.Points - e.Netted, Debt = row.Debt - e.Netted, Earned = row.Earned + e.Points },
        PointsRedeemed e => row with { Available = row.Available - e.Points, Redeemed = row.Redeemed + e.Points },
        PointsClawedBack e => row with { Available = row.Available - (e.Points - e.Debt), Debt = row.Debt + e.Debt, ClawedBack = row.ClawedBack + e.Points },
        PointsExpired e => row with { Available = row.Available - e.Points, Expired = row.Expired + e.Points },
        _ => row,
    };
}
