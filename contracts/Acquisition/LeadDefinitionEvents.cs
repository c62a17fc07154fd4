namespace CrmSuite.Contracts.Acquisition;

/// <summary>What of a lead a published definition may look at.</summary>
public enum LeadField
{
    /// <summary>How the lead came.</summary>
    Channel,

    /// <summary>The system it comes from.</summary>
    Source,

    /// <summary>The campaign that it answers.</summary>
    Campaign,

    /// <summary>Where the person is.</summary>
    Country,

    /// <summary>What he speaks.</summary>
    Language,

    /// <summary>What his company does.</summary>
    Industry,

    /// <summary>How big it is.</summary>
    SizeBand,

    /// <summary>What he may spend.</summary>
    BudgetBand,

    /// <summary>What he asked about.</summary>
    Products,

    /// <summary>Whether an e-mail address is known.</summary>
    Email,

    /// <summary>Whether a telephone number is known.</summary>
    Phone,

    /// <summary>Whether his company is known.</summary>
    Company,

    /// <summary>Whether he wrote something.</summary>
    Message,

    /// <summary>How often he was contacted.</summary>
    Contacts,
}

/// <summary>A condition on a lead.</summary>
/// <param name="Field">What is looked at.</param>
/// <param name="AnyOf">The words that count; without any, every word counts.</param>
/// <param name="AtLeast">How many of them must be there.</param>
public sealed record LeadCondition(LeadField Field, IReadOnlyList<string>? AnyOf = null, int AtLeast = 1);

/// <summary>What a score counts.</summary>
/// <param name="Name">What it is called, as a word of the business.</param>
/// <param name="Points">What it counts, also less than nothing.</param>
/// <param name="When">When it counts.</param>
public sealed record ScoreFactor(string Name, int Points, LeadCondition When);

/// <summary>A score table got a new version.</summary>
/// <param name="ScoresId">The table.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Version">Its version: 1, 2, 3 …</param>
/// <param name="Threshold">From which score on a lead may be handed over to sales.</param>
/// <param name="Factors">What counts.</param>
[EventName("acquisition.scores-published.1")]
public sealed record ScoresPublished(Guid ScoresId, string Name, int Version, int Threshold, IReadOnlyList<ScoreFactor> Factors) : Event;

/// <summary>What of a lead a member of a team should match.</summary>
public enum FitKind
{
    /// <summary>He speaks the lead's language.</summary>
    Language,

    /// <summary>He looks after the lead's country.</summary>
    Region,
}

/// <summary>What it is worth that a member matches a lead.</summary>
/// <param name="Kind">In what.</param>
/// <param name="Points">What it is worth.</param>
/// <param name="IsRequired">Whether nobody gets the lead who does not match.</param>
public sealed record FitFactor(FitKind Kind, int Points, bool IsRequired = false);

/// <summary>Which leads go to which team.</summary>
/// <param name="Team">The team.</param>
/// <param name="When">Which leads; without a condition, all that came so far.</param>
public sealed record AssignmentRoute(string Team, LeadCondition? When = null);

/// <summary>A rule for assigning leads got a new version.</summary>
/// <param name="AssignmentId">The rule.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Version">Its version: 1, 2, 3 …</param>
/// <param name="HandOverMinutes">How long sales may take to accept or reject.</param>
/// <param name="Routes">To which team, the first that fits.</param>
/// <param name="Fit">Who of the team fits best.</param>
[EventName("acquisition.assignment-published.1")]
public sealed record AssignmentPublished(
    Guid AssignmentId, string Name, int Version, int HandOverMinutes, IReadOnlyList<AssignmentRoute> Routes, IReadOnlyList<FitFactor> Fit) : Event;
