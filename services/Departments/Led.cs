namespace CrmSuite.Departments;

/// <summary>The teams that a manager leads, and who is in them now.</summary>
/// <param name="Teams">The teams.</param>
/// <param name="People">The people.</param>
public sealed record Led(IReadOnlySet<string> Teams, IReadOnlySet<string> People)
{
    /// <summary>Whether what this person owns is under him: by the team in which it was given to the person, else by the person's team now.</summary>
    public bool Covers(string ownerId, string? ownerTeam) => ownerTeam is null ? People.Contains(ownerId) : Teams.Contains(ownerTeam);
}
