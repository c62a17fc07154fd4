using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Affiliations;

/// <summary>Who works where, and who did: one row for every pair of account and person.</summary>
sealed class AffiliationList : IView<AffiliationList.Row>
{
    public sealed record Row(
        [property: Description("The relation.")] Guid AffiliationId,
        [property: Description("Where he works.")] Guid AccountId,
        [property: Description("Who.")] Guid ContactId,
        [property: Description("current or ended.")] AffiliationStatus Status,
        [property: Description("As what.")] string Role,
        [property: Description("Since when, as it was said.")] DateOnly? FromDay,
        [property: Description("When it was told.")] DateTime StartedAt,
        [property: Description("When it ended.")] DateTime? EndedAt);

    public static string Name => "affiliation_list";
    public static int Version => 1;
    public static string About => "One row for every pair of account and person that was ever related.";
    public static IReadOnlyList<string> Indexes => ["(account_id, started_at, affiliation_id)", "(contact_id, started_at, affiliation_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Affiliation.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        AffiliationStarted e => new(key, e.AccountId, e.CustomerId, AffiliationStatus.Current, e.Role, e.From, entry.OccurredAt, null),
        AffiliationChanged e when row is not null => row with { Role = e.Role ?? row.Role },
        AffiliationEnded when row is not null => row with { Status = AffiliationStatus.Ended, EndedAt = entry.OccurredAt },
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, Guid? accountId, Guid? contactId, string? status, string? after, int? size, CancellationToken ct) =>
        queries.Answer<AffiliationList, Row>($"""
            select * from {Name:name} where ({accountId}::uuid is null or account_id = {accountId}) and ({contactId}::uuid is null or contact_id = {contactId})
            and ({status}::text is null or status = {status})
            """, "started_at", after, size, ct);
}
