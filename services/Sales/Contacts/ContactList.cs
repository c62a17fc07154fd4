using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Contacts;

/// <summary>Whom Sales knows, newest first: one row for every person, without a personal field.</summary>
sealed class ContactList : IView<ContactList.Row>
{
    public sealed record Row(
        [property: Description("The person; tells nothing about him.")] Guid CustomerId,
        [property: Description("The system he comes from.")] string? Source,
        [property: Description("BCP 47 tag.")] string? Language,
        [property: Description("IANA zone.")] string? TimeZone,
        [property: Description("Since when Sales knows him.")] DateTime AddedAt,
        [property: Description("When something last changed.")] DateTime ChangedAt);

    public static string Name => "contact_list";
    public static int Version => 1;
    public static string About => "One row for every person whom Sales knows, without personal fields.";
    public static IReadOnlyList<string> Indexes => ["(added_at desc, customer_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Contact.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        ContactAdded e => new(key, e.Source, e.Language, e.TimeZone, entry.OccurredAt, entry.OccurredAt),
        ContactCorrected e when row is not null =>
            row with { Language = e.Language ?? row.Language, TimeZone = e.TimeZone ?? row.TimeZone, ChangedAt = entry.OccurredAt },
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? language, string? after, int? size, CancellationToken ct) => queries.Answer<ContactList, Row>(
        $"select * from {Name:name} where ({language}::text is null or language = {language})", "added_at desc", after, size, ct);
}
