using System.Collections.Concurrent;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Timelines;

/// <summary>
/// All that happened with regard to one account, person, deal, lead or other noun, newest first: one row for each event and each noun that it names. An event names whom it
/// concerns by the fields of the published language, so a new noun stands here without a word.
/// </summary>
sealed class Timeline : IView<Timeline.Row>
{
    public sealed record Row(
        [property: Description("The event and the noun together.")] Guid MomentId,
        [property: Description("The noun whose timeline it is.")] Guid SubjectId,
        [property: Description("Business time.")] DateTime At,
        [property: Description("The event's stream: its noun.")] string Noun,
        [property: Description("Its id.")] Guid NounId,
        [property: Description("Its place in the stream.")] int Version);

    /// <summary>One event of a timeline; personal fields show as <c>***</c>.</summary>
    public sealed record Moment(Guid MomentId, string Noun, Guid Id, int Version, string Name, DateTime OccurredAt, Actor Actor, JsonElement Data);

    sealed record Stored(Guid MomentId, DateTime At, string Noun, Guid NounId, int Version, string Name, string Data, string Meta);

    static readonly ConcurrentDictionary<Type, Func<Event, Guid?>[]> Names = new();

    public static string Name => "timeline_moment";
    public static int Version => 1;
    public static string About => "Which events concern an account, a person, a deal or another noun; one row for each of both.";
    public static IReadOnlyList<string> Indexes => ["(subject_id, at desc, version desc, moment_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => Subjects(entry).Select(subject => Both(entry.EventId, subject));

    // The key holds both, so the noun is found in it again.
    public static Row? Fold(Guid key, Row? row, Recorded entry) =>
        new(key, Both(key, entry.EventId), entry.OccurredAt, entry.Category[(entry.Category.IndexOf('.', StringComparison.Ordinal) + 1)..], entry.Id, entry.Version);

    /// <summary>A page of it; of an account also what concerns its customer, as each event of its deals and orders does.</summary>
    public static Task<IResult> Open(Queries queries, Guid subjectId, string? after, int? size, CancellationToken ct) => queries.Answer("timeline", async (next, rows) =>
    {
        var page = await queries.Page<Stored>($"""
            select m.moment_id, m.at, m.noun, m.noun_id, m.version, e.name, e.data::text as data, e.meta::text as meta from {Name:name} as m
            join journal.events as e on e.id = m.noun_id and e.noun = m.noun and e.version = m.version where m.subject_id = {subjectId}
            """, "at desc, version desc", next, rows, ct);
        return new Page<Moment>([.. page.Items.Select(Shown)], page.Next);
    }, after, size);

    static Moment Shown(Stored stored)
    {
        var fact = EventReading.Read(stored.Name, System.Text.Encoding.UTF8.GetBytes(stored.Data));
        return new(stored.MomentId, stored.Noun, stored.NounId, stored.Version, stored.Name, stored.At, Meta.Parse(System.Text.Encoding.UTF8.GetBytes(stored.Meta)).Actor,
            JsonSerializer.SerializeToElement(fact, fact.GetType(), Json.Door));
    }

    static IEnumerable<Guid> Subjects(Recorded entry)
    {
        var fact = entry.Event;
        return Names.GetOrAdd(fact.GetType(), NamesOf).Select(name => name(fact)).OfType<Guid>().Append(entry.Id).Where(id => id != Guid.Empty).Distinct();
    }

    static Func<Event, Guid?>[] NamesOf(Type type) => [.. type.GetProperties().Select(Reader).OfType<Func<Event, Guid?>>()];

    static Func<Event, Guid?>? Reader(PropertyInfo property) => property.Name switch
    {
        "AccountId" or "CustomerId" or "ContactId" or "OpportunityId" or "LeadId" or "QuoteId" or "ContractId" or "OrderId" => fact => (Guid?)property.GetValue(fact),
        nameof(TaskOpened.About) when property.PropertyType == typeof(About) => fact => ((About?)property.GetValue(fact))?.Id,
        nameof(ApprovalStarted.Target) when property.PropertyType == typeof(ApprovalTarget) => fact => ((ApprovalTarget?)property.GetValue(fact))?.Id,
        _ => null,
    };

    static Guid Both(Guid one, Guid other)
    {
        Span<byte> left = stackalloc byte[16], right = stackalloc byte[16];
        one.TryWriteBytes(left);
        other.TryWriteBytes(right);
        for (var i = 0; i < left.Length; i++)
        {
            left[i] ^= right[i];
        }

        return new(left);
    }
}
