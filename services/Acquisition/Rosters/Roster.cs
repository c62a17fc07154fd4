using System.Collections.Immutable;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Departments;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Acquisition.Rosters;

/// <summary>Somebody takes leads for the team, or what he can do changed.</summary>
sealed record SetMember(IReadOnlyList<string> Languages, IReadOnlyList<string> Regions, int Capacity) : ICommand
{
    public Refusal? Invalid() => RosterForm.Member(Languages, Regions, Capacity);
}

/// <summary>Somebody takes leads for the team no longer.</summary>
/// <param name="Reason">Why.</param>
/// <param name="To">Who of the team gets those he has.</param>
sealed record RemoveMember(string Reason, string? To = null) : ICommand
{
    public Refusal? Invalid() => To is null || Form.IsLine(To, RosterForm.IdMax) ? LeadForm.Reason(Reason) : RosterForm.Id;
}

/// <summary>Somebody came, went, or does something else.</summary>
sealed record SetPresence(Presence Presence);

/// <summary>Somebody on a roster.</summary>
/// <param name="MemberId">Who: the subject of his sign-in.</param>
/// <param name="Languages">What he speaks.</param>
/// <param name="Regions">The countries that he looks after.</param>
/// <param name="Capacity">How many leads he can have at a time.</param>
/// <param name="Presence">Whether he can take one now.</param>
/// <param name="IdleSince">When he came or got his last lead.</param>
/// <param name="Leads">Those he has.</param>
sealed record Member(
    string MemberId,
    ImmutableList<string> Languages,
    ImmutableList<string> Regions,
    int Capacity,
    Presence Presence,
    DateTime IdleSince,
    ImmutableSortedSet<Guid> Leads)
{
    /// <summary>Why somebody can take no lead; null when he can.</summary>
    public static Refusal? Problem(Presence presence, int load, int capacity) =>
        presence != Presence.Ready ? new("roster.not-ready", "He is not there, or busy. Choose somebody who is ready.")
        : load >= capacity ? new("roster.at-capacity", "He has as many leads as he can have. Choose somebody else.")
        : null;
}

/// <summary>Who of a team takes leads, and what he has. Its version is the lock of every assignment to the team.</summary>
sealed record Roster(Guid RosterId, string Team, ImmutableSortedDictionary<string, Member> Members) : IFold<Roster>
{
    /// <summary>So many stand in one event as candidates.</summary>
    const int MembersMax = 200;

    /// <summary>So many leads change hands at once.</summary>
    const int HandedMax = 400;

    public static string Category => "acquisition.roster";

    public static Roster Initial { get; } = new(default, "", ImmutableSortedDictionary.Create<string, Member>(StringComparer.Ordinal));

    /// <summary>Whether somebody of the team can take a lead now.</summary>
    public bool IsAnybodyIdle => Members.Values.Any(member => Member.Problem(member.Presence, member.Leads.Count, member.Capacity) is null);

    /// <summary>The stream of a team.</summary>
    public static Guid IdOf(string team) => Ids.Derive("roster", team);

    public static Roster Evolve(Roster state, Event fact) => fact switch
    {
        RosterMemberSet e => (state with { RosterId = e.RosterId, Team = e.Team }).With(e.MemberId, member => member with
        {
            Languages = [.. e.Languages],
            Regions = [.. e.Regions],
            Capacity = e.Capacity,
        }),
        RosterMemberRemoved e => state with { Members = state.Members.Remove(e.MemberId) },
        RosterPresenceChanged e => state.With(e.MemberId, member => member with { Presence = e.To, IdleSince = e.Since }),
        RosterLeadTaken e => state.With(e.MemberId, member => member with { IdleSince = e.TakenAt, Leads = member.Leads.Add(e.LeadId) }),
        RosterLeadReleased e when state.Members.ContainsKey(e.MemberId) => state.With(e.MemberId, member =>
            member with { Leads = member.Leads.Remove(e.LeadId) }),
        _ => state,
    };

    /// <summary>A new member is away until he says that he is there.</summary>
    public Decision Set(string team, string memberId, SetMember command, LeadWorker worker) => Members.GetValueOrDefault(memberId) switch
    {
        { } known when known.Capacity == command.Capacity && known.Languages.SequenceEqual(command.Languages)
            && known.Regions.SequenceEqual(command.Regions) => [],
        _ when !worker.Leads(team) => NotYours(),
        null when Members.Count >= MembersMax => Refuse("roster.full", $"A roster has at most {MembersMax} members. Make another team."),
        _ => new RosterMemberSet(IdOf(team), team, memberId, command.Languages, command.Regions, command.Capacity),
    };

    /// <summary>Who goes leaves no lead behind: all go to one of the team, where one is named, or he has none.</summary>
    public Decision Remove(string memberId, RemoveMember command, LeadWorker worker, DateTime at) => RosterId == Guid.Empty ? Unknown("roster")
        : Members.GetValueOrDefault(memberId) switch
        {
            null => [],
            _ when !worker.Leads(Team) => NotYours(),
            { Leads: { IsEmpty: false } leads } when command.To is null || command.To == memberId || leads.Count > HandedMax => Refuse("roster.has-leads",
                $"He still has {leads.Count} leads. Name in 'to' who of the team takes them, at most {HandedMax} at once, or give them to somebody else first."),
            { Leads: var leads } => Handed(leads, command.To, at) switch
            {
                { Refusal: null } handed => [.. handed, new RosterMemberRemoved(RosterId, Team, memberId, command.Reason)],
                var refused => refused,
            },
        };

    /// <summary>As the directory has it: who works here no longer is not there, whatever he said last.</summary>
    public Roster Of(StaffList staff) => this with
    {
        Members = Members.SetItems(staff.People.Where(person => !person.Active && Members.ContainsKey(person.Id))
            .Select(gone => KeyValuePair.Create(gone.Id, Members[gone.Id] with { Presence = Presence.Away }))),
    };

    /// <summary>Everybody says so of himself, whoever leads of everybody.</summary>
    public Decision SetPresence(string memberId, SetPresence command, LeadWorker worker, DateTime at) => Members.GetValueOrDefault(memberId) switch
    {
        null => Unknown("member"),
        _ when !worker.May(memberId, Team) => Refuse("roster.other-owner", "Only he himself or a manager says whether he is there."),
        { Presence: var presence } when presence == command.Presence => [],
        { Presence: var presence } => new RosterPresenceChanged(RosterId, Team, memberId, presence, command.Presence, at),
    };

    /// <summary>He gets the lead, whom the assignment chose on this version of the roster; whoever of the team had it has it no longer.</summary>
    public Decision Take(string memberId, Guid leadId, DateTime at) => Members.GetValueOrDefault(memberId) switch
    {
        null => Unknown("member"),
        { Leads: var leads } when leads.Contains(leadId) => [],
        { } member when Member.Problem(member.Presence, member.Leads.Count, member.Capacity) is { } refusal => Refuse(refusal.Code, refusal.Reason),
        _ => [.. Release(leadId), new RosterLeadTaken(RosterId, Team, memberId, leadId, at)],
    };

    /// <summary>Whoever has the lead has it no longer.</summary>
    public Decision Release(Guid leadId) => Members.Values.FirstOrDefault(member => member.Leads.Contains(leadId)) is { } holder
        ? new RosterLeadReleased(RosterId, Team, holder.MemberId, leadId) : [];

    Decision Handed(IEnumerable<Guid> leads, string? to, DateTime at)
    {
        var (roster, facts) = (this, new List<Event>());
        foreach (var leadId in leads)
        {
            var taken = roster.Take(to!, leadId, at);
            if (taken.Refusal is not null)
            {
                return taken;
            }

            facts.AddRange(taken);
            roster = taken.Aggregate(roster, Evolve);
        }

        return [.. facts];
    }

    static Decision NotYours() => Refuse("roster.other-owner", "Somebody else leads this team. Ask him or operations.");

    Roster With(string memberId, Func<Member, Member> change) =>
        this with { Members = Members.SetItem(memberId, change(Members.GetValueOrDefault(memberId) ?? new(memberId, [], [], 0, Presence.Away, default, []))) };
}

/// <summary>What is said where a field of a roster has not the form it must have.</summary>
static class RosterForm
{
    /// <summary>The longest id of a person or a team.</summary>
    public const int IdMax = 100;

    const int CapacityMax = 10_000;
    const int SkillsMax = 50;
    const int RegionMax = 64;

    public static readonly Refusal Id = new("roster.id", "Name the team by its id and the member by the subject of his sign-in.");

    /// <summary>What is wrong with a place on a roster; null when nothing is.</summary>
    public static Refusal? Place(string? team, string? memberId) => Form.IsLine(team, IdMax) && Form.IsLine(memberId, IdMax) ? null : Id;

    /// <summary>What is wrong with what a member can do; null when nothing is.</summary>
    public static Refusal? Member(IReadOnlyList<string> languages, IReadOnlyList<string> regions, int capacity) => 0 switch
    {
        _ when capacity is < 0 or > CapacityMax => new("roster.capacity", $"Somebody can have 0 to {CapacityMax} leads at a time."),
        _ when languages.Count > SkillsMax || languages.Any(language => !Form.IsLanguage(language)) =>
            new("roster.languages", $"Languages are at most {SkillsMax} BCP 47 tags, for example de-AT."),
        _ when regions.Count > SkillsMax || regions.Any(region => !Form.IsLine(region, RegionMax)) =>
            new("roster.regions", $"Regions are at most {SkillsMax} countries of at most {RegionMax} characters."),
        _ => null,
    };
}
