using System.Text;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Storage;

namespace CrmSuite.EventStore.Tests.Storage;

/// <summary>Table 2.8 of the protocol, row by row: expectation, state of the stream, ids known, and what becomes of the write.</summary>
public sealed class StreamStateTests
{
    const string Deleted = """{"$tb":9223372036854775807}""";

    static readonly Guid[] Ids = [.. Enumerable.Range(1, 9).Select(n => new Guid(n, 0, 0, new byte[8]))];

    [Theory]
    [InlineData(-2, 4, "1", "", "Append")]           // Any, first id not seen.
    [InlineData(-2, -1, "1", "", "Append")]
    [InlineData(-2, 4, "12", "12", "Repeat")]        // All seen.
    [InlineData(-2, 4, "21", "12", "Repeat")]
    [InlineData(-2, 4, "13", "12", "WrongVersion")]  // First seen, a later one not.
    [InlineData(-2, 4, "31", "12", "Append")]        // First new, later ones old.
    [InlineData(-4, 4, "1", "", "Append")]           // Exists.
    [InlineData(-4, 4, "1", "1", "Repeat")]
    [InlineData(-4, -1, "1", "", "WrongVersion")]
    [InlineData(-1, -1, "1", "", "Append")]          // No stream.
    [InlineData(4, 4, "1", "1", "Append")]           // At the current revision, even a known id.
    [InlineData(5, 4, "1", "", "WrongVersion")]      // Beyond it.
    [InlineData(9, -1, "1", "", "WrongVersion")]
    [InlineData(3, 4, "9", "", "AskLog")]            // Behind it: only the log knows.
    [InlineData(-1, 4, "9", "", "AskLog")]
    public void What_is_judged_without_the_log(long expected, long last, string asked, string recent, string verdict) =>
        Assert.Equal(Enum.Parse<Verdict>(verdict), Judge(expected, last, asked, recent, stored: null));

    [Theory]
    [InlineData(2, 4, "12", "12", "Repeat")]
    [InlineData(-1, 4, "123", "123", "Repeat")]
    [InlineData(2, 4, "12", "32", "WrongVersion")]   // The first differs.
    [InlineData(2, 4, "12", "13", "WrongVersion")]   // A later one differs.
    [InlineData(2, 4, "123", "12", "WrongVersion")]  // It runs beyond the end.
    public void What_is_judged_by_the_log(long expected, long last, string asked, string stored, string verdict) =>
        Assert.Equal(Enum.Parse<Verdict>(verdict), Judge(expected, last, asked, "", stored));

    [Theory]
    [InlineData(-1, "9", "12", "Append")]            // No stream, and the log has others: it is made anew.
    [InlineData(-1, "1", "1", "Repeat")]
    [InlineData(-1, "13", "12", "WrongVersion")]
    [InlineData(-2, "9", null, "Append")]
    [InlineData(4, "9", null, "Append")]
    [InlineData(2, "9", "12", "WrongVersion")]
    [InlineData(-4, "9", null, "Deleted")]
    public void What_is_judged_of_a_deleted_stream(long expected, string asked, string? stored, string verdict) =>
        Assert.Equal(Enum.Parse<Verdict>(verdict), Judge(expected, 4, asked, "", stored, Deleted));

    [Theory]
    [InlineData(-1)]
    [InlineData(-2)]
    [InlineData(-4)]
    [InlineData(0)]
    public void A_closed_stream_takes_nothing(long expected) => Assert.Equal(Verdict.Deleted, Judge(expected, Bound.End, "1", "1", null));

    [Fact]
    public void A_recent_repeat_at_its_revisions_needs_no_log()
    {
        var stream = Stream(4, null);
        var write = new StreamWrite("s", Expected.Exactly(1), [Event(Ids[0]), Event(Ids[1])]);

        Assert.Equal(Verdict.Repeat, Expectation.Judge(stream, write, id => new(id == Ids[0] ? 2 : 3, 9), null));
        Assert.Equal(Verdict.AskLog, Expectation.Judge(stream, write, _ => new(2, 9), null));
    }

    [Fact]
    public void Ids_beyond_the_limit_are_forgotten_oldest_first()
    {
        var recent = new RecentIds();
        recent.Add(1, Ids[0], new(0, 1));
        recent.Add(2, Ids[0], new(7, 2));
        for (var i = 0; i < RecentIds.IdsMax - 1; i++)
        {
            recent.Add(3, Guid.NewGuid(), new(i, i));
        }

        Assert.Null(recent.Find(1, Ids[0]));
        Assert.Equal(new EventPlace(7, 2), recent.Find(2, Ids[0]));
    }

    static Verdict Judge(long expected, long last, string asked, string recent, string? stored, string? metadata = null)
    {
        var known = IdsOf(recent);
        var write = new StreamWrite("s", new(expected), [.. IdsOf(asked).Select(Event)]);
        var log = stored is null ? null : IdsOf(stored);
        return Expectation.Judge(Stream(last, metadata), write, id => known.Contains(id) ? new EventPlace(99, 99) : null, log);
    }

    static StreamState Stream(long last, string? metadata) => new("s", new(1, last, metadata is null ? default : Encoding.UTF8.GetBytes(metadata)));

    static NewEvent Event(Guid id) => new(id, "t", default, default);

    static List<Guid> IdsOf(string digits) => [.. digits.Select(d => Ids[d - '1'])];
}
