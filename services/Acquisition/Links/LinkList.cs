using System.ComponentModel;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Links;

/// <summary>What was decided about pairs of customers, newest first.</summary>
sealed class LinkList : IView<LinkList.Row>
{
    public sealed record Row(
        [property: Description("The link of the pair.")] Guid LinkId,
        [property: Description("linked, undone or declined.")] LinkStatus Status,
        [property: Description("The survivor of the two.")] Guid CustomerId,
        [property: Description("The other one.")] Guid AbsorbedId,
        [property: Description("Why it was last made, undone or declined.")] string Reason,
        [property: Description("What the match rule gave the pair, out of a hundred.")] int? Score,
        [property: Description("The version of the match rule.")] int? RuleVersion,
        [property: Description("Who keeps the facts that were made from the joint card of an undone link.")] Keeper? Keeps,
        [property: Description("How often it was made.")] int Made,
        [property: Description("When it was last made, undone or declined.")] DateTime ChangedAt);

    public static string Name => "link_list";
    public static int Version => 1;
    public static string About => "One row for every pair of customers about whom something was decided.";
    public static IReadOnlyList<string> Indexes => ["(changed_at desc, link_id)", "(customer_id)", "(absorbed_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Link.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        LinkMade e => new(key, LinkStatus.Linked, e.CustomerId, e.AbsorbedId, e.Reason, e.Score, e.RuleVersion, null, (row?.Made ?? 0) + 1, entry.OccurredAt),
        LinkUndone e when row is not null => row with { Status = LinkStatus.Undone, Reason = e.Reason, Keeps = e.Keeps, ChangedAt = entry.OccurredAt },
        LinkDeclined e => new(key, LinkStatus.Declined, e.CustomerId, e.OtherId, e.Reason, e.Score, e.RuleVersion, null, row?.Made ?? 0, entry.OccurredAt),
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? status, Guid? customerId, string? after, int? size, CancellationToken ct) => queries.Answer<LinkList, Row>($"""
        select * from {Name:name} where ({status}::text is null or status = {status})
        and ({customerId}::uuid is null or customer_id = {customerId} or absorbed_id = {customerId})
        """, "changed_at desc", after, size, ct);
}
