using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Notes;

/// <summary>What was written down, newest first: one row for every note that is shown, without its text.</summary>
sealed class NoteList : IView<NoteList.Row>
{
    public sealed record Row(
        [property: Description("The note.")] Guid NoteId,
        [property: Description("What it is about: a noun.")] string AboutNoun,
        [property: Description("Its id.")] Guid AboutId,
        [property: Description("The person, or the account's customer.")] Guid CustomerId,
        [property: Description("Who wrote it.")] string AuthorId,
        [property: Description("Who should read it.")] IReadOnlyList<string> Mentions,
        [property: Description("When it was written.")] DateTime WrittenAt,
        [property: Description("When it was corrected last.")] DateTime? CorrectedAt);

    public static string Name => "note_list";
    public static int Version => 2;
    public static string About => "One row for every note that was not removed, without its text.";
    public static IReadOnlyList<string> Indexes =>
        ["(written_at desc, note_id)", "(about_id, written_at desc, note_id)", "(customer_id, written_at desc, note_id)", "using gin (mentions)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Note.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        NoteWritten e => new(key, e.About.Noun, e.About.Id, e.CustomerId, e.AuthorId, e.Mentions, entry.OccurredAt, null),
        NoteCorrected e when row is not null => row with { Mentions = e.Mentions, CorrectedAt = entry.OccurredAt },
        NoteRemoved => null,
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, Guid? aboutId, Guid[]? customers, string? authorId, string? mentions, string? after, int? size,
        CancellationToken ct) =>
        queries.Answer<NoteList, Row>($"""
            select * from {Name:name} where ({aboutId}::uuid is null or about_id = {aboutId})
            and ({customers}::uuid[] is null or customer_id = any({customers})) and ({authorId}::text is null or author_id = {authorId})
            and ({mentions}::text is null or mentions @> jsonb_build_array({mentions}::text))
            """, "written_at desc", after, size, ct);
}
