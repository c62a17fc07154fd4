using CrmSuite.Journal;
using CrmSuite.Views;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CrmSuite.Analytics.Store;

/// <summary>The two axes of time that every read model can be asked on; parameters of a request.</summary>
/// <param name="AsOf">Business time: facts that happened later do not count.</param>
/// <param name="KnownAt">Recorded time: facts recorded later do not count.</param>
/// <param name="Http">The request.</param>
/// <param name="Journal">Where the books are.</param>
/// <param name="Queries">Where the packs are.</param>
public readonly record struct Instants(
    [FromQuery(Name = "asOf")] Moment? AsOf, [FromQuery(Name = "knownAt")] Moment? KnownAt, HttpContext Http, IJournal Journal, Queries Queries)
{
    /// <summary>The moments in the zone of the books; to which cut the second one was resolved is answered in the header <c>Known-Cut</c>.</summary>
    internal async Task<Question> Resolve(CancellationToken ct)
    {
        var books = (await Journal.Load<Books.Books>(Books.Books.TheId, ct)).State;
        var asOf = AsOf?.In(books.Zone);
        if (KnownAt?.In(books.Zone) is not { } knownAt)
        {
            return new(asOf, null, Cut.Everything, books);
        }

        await Queries.Passed([KnownPacks.Name], ct);
        var packs = await Queries.Query<Pack>($"select department, no::bigint from jsonb_each_text(analytics.cut({knownAt})) as cut(department, no)", ct);
        var cut = new Cut(knownAt, packs.ToDictionary(pack => pack.Department, pack => pack.No));
        Http.Response.Headers[Cut.Header] = cut.ToString();
        return new(asOf, knownAt, cut, books);
    }

    sealed record Pack(string Department, long No);
}

/// <summary>A question's instants, and the books by which days and money count.</summary>
sealed record Question(DateTime? AsOf, DateTime? KnownAt, Cut Cut, Books.Books Books)
{
    /// <summary>Whether something else is asked for than what is so now.</summary>
    public bool IsPast => AsOf is not null || KnownAt is not null;

    /// <summary>Facts recorded later do not count.</summary>
    public DateTime Known => Cut.At;

    /// <summary>Facts that happened later do not count.</summary>
    public DateTime Until => AsOf ?? Moment.Ever;

    public DateTimeZone Zone => Books.Zone;
}
