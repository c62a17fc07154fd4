namespace CrmSuite.Contracts.Acquisition;

/// <summary>Whether somebody can take a lead now.</summary>
public enum Presence
{
    /// <summary>He is not there.</summary>
    Away,

    /// <summary>He is there and idle.</summary>
    Ready,

    /// <summary>He is there and does something else.</summary>
    Busy,
}

/// <summary>Somebody takes leads for a team, or what he can do changed; as a whole.</summary>
/// <param name="RosterId">The team's roster.</param>
/// <param name="Team">The team.</param>
/// <param name="MemberId">Who: the subject of his sign-in.</param>
/// <param name="Languages">What he speaks, as BCP 47 tags.</param>
/// <param name="Regions">The countries that he looks after.</param>
/// <param name="Capacity">How many leads he can have at a time.</param>
[EventName("acquisition.roster-member-set.1")]
public sealed record RosterMemberSet(
    Guid RosterId, string Team, string MemberId, IReadOnlyList<string> Languages, IReadOnlyList<string> Regions, int Capacity) : Event;

/// <summary>Somebody takes leads for a team no longer. Those he has stay his until somebody else is given them.</summary>
/// <param name="RosterId">The team's roster.</param>
/// <param name="Team">The team.</param>
/// <param name="MemberId">Who.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("acquisition.roster-member-removed.1")]
public sealed record RosterMemberRemoved(Guid RosterId, string Team, string MemberId, string Reason) : Event;

/// <summary>Somebody came, went, or does something else.</summary>
/// <param name="RosterId">The team's roster.</param>
/// <param name="Team">The team.</param>
/// <param name="MemberId">Who.</param>
/// <param name="From">What he was.</param>
/// <param name="To">What he is.</param>
/// <param name="Since">Since when: who is idle longest gets the next lead.</param>
[EventName("acquisition.roster-presence-changed.1")]
public sealed record RosterPresenceChanged(Guid RosterId, string Team, string MemberId, Presence From, Presence To, DateTime Since) : Event;

/// <summary>Somebody got a lead; <c>lead-assigned</c> says the same of the lead, in the same transaction.</summary>
/// <param name="RosterId">The team's roster.</param>
/// <param name="Team">The team.</param>
/// <param name="MemberId">Who.</param>
/// <param name="LeadId">The lead.</param>
/// <param name="TakenAt">When.</param>
[EventName("acquisition.roster-lead-taken.1")]
public sealed record RosterLeadTaken(Guid RosterId, string Team, string MemberId, Guid LeadId, DateTime TakenAt) : Event;

/// <summary>Somebody has a lead no longer: it was converted, went back, or to somebody else.</summary>
/// <param name="RosterId">The team's roster.</param>
/// <param name="Team">The team.</param>
/// <param name="MemberId">Who.</param>
/// <param name="LeadId">The lead.</param>
[EventName("acquisition.roster-lead-released.1")]
public sealed record RosterLeadReleased(Guid RosterId, string Team, string MemberId, Guid LeadId) : Event;
