namespace CrmSuite.Contracts.Acquisition;

/// <summary>What two records have in common that may make them one customer.</summary>
public enum MatchKind
{
    /// <summary>The normalised e-mail address.</summary>
    Email,

    /// <summary>The telephone number in E.164.</summary>
    Phone,

    /// <summary>A person's folded name and birth date.</summary>
    NameBirthDate,

    /// <summary>An organisation's folded name and country.</summary>
    OrganisationCountry,
}

/// <summary>How much a common key speaks for one customer.</summary>
/// <param name="Kind">What is the same.</param>
/// <param name="Score">Points out of a hundred.</param>
public sealed record MatchWeight(MatchKind Kind, int Score);

/// <summary>The rule by which duplicates are proposed got a new version. What two records have in common is added up, to a hundred at most.</summary>
/// <param name="Version">The version, from 1.</param>
/// <param name="Weights">What counts, and how much.</param>
/// <param name="ProposeAt">The score at and above which two customers are proposed as duplicates.</param>
[EventName("acquisition.matching-published.1")]
public sealed record MatchingPublished(int Version, IReadOnlyList<MatchWeight> Weights, int ProposeAt) : Event;
