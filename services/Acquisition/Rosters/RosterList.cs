using System.ComponentModel;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Rosters;

/// <summary>Who takes leads, for which team, and what he has: one row for every member of a roster.</summary>
sealed class RosterList : IView<RosterList.Row>
{
    public sealed record Row(
        [property: Description("The place on the roster; follows from team and member.")] Guid PlaceId,
        [property: Description("The team.")] string Team,
        [property: Description("Who: the subject of his sign-in.")] string MemberId,
        [property: Description("away, ready or busy.")] Presence Presence,
        [property: Description("How many leads he has.")] int Load,
        [property: Description("How many he can have.")] int Capacity,
        [property: Description("What he speaks.")] IReadOnlyList<string> Languages,
        [property: Description("The countries that he looks after.")] IReadOnlyList<string> Regions,
        [property: Description("When he came or got his last lead.")] DateTime? IdleSince,
        [property: Description("When something last changed.")] DateTime ChangedAt);

    public static string Name => "roster_list";
    public static int Version => 1;
    public static string About => "One row for every member of a roster of leads.";
    public static IReadOnlyList<string> Indexes => ["(team, member_id)", "(member_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event switch
    {
        RosterMemberSet e => [Place(e.Team, e.MemberId)],
        RosterMemberRemoved e => [Place(e.Team, e.MemberId)],
        RosterPresenceChanged e => [Place(e.Team, e.MemberId)],
        RosterLeadTaken e => [Place(e.Team, e.MemberId)],
        RosterLeadReleased e => [Place(e.Team, e.MemberId)],
        _ => [],
    };

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        RosterMemberSet e => new(key, e.Team, e.MemberId, row?.Presence ?? Presence.Away, row?.Load ?? 0, e.Capacity, e.Languages, e.Regions, row?.IdleSince,
            entry.OccurredAt),
        RosterMemberRemoved => null,
        RosterPresenceChanged e when row is not null => row with { Presence = e.To, IdleSince = e.Since, ChangedAt = entry.OccurredAt },
        RosterLeadTaken e when row is not null => row with { Load = row.Load + 1, IdleSince = e.TakenAt, ChangedAt = entry.OccurredAt },
        RosterLeadReleased when row is not null => row with { Load = row.Load - 1, ChangedAt = entry.OccurredAt },
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? team, string? memberId, string? presence, string? after, int? size, CancellationToken ct) =>
        queries.Answer<RosterList, Row>($"""
            select * from {Name:name} where ({team}::text is null or team = {team}) and ({memberId}::text is null or member_id = {memberId})
            and ({presence}::text is null or presence = {presence})
            """, "team, member_id", after, size, ct);

    /// <summary>When something of a team's members last changed, where it has any.</summary>
    public static async Task<DateTime> ChangedAt(Queries queries, string team, CancellationToken ct) =>
        (await queries.Query<DateTime>($"select changed_at from {Name:name} where team = {team} order by changed_at desc limit 1", ct)).SingleOrDefault();

    static Guid Place(string team, string memberId) => Ids.Derive("roster-place", team, memberId);
}
