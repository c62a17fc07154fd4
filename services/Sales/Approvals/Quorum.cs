namespace CrmSuite.Sales.Approvals;

/// <summary>Whether enough different people remain: each decides once, so that all places of all steps need a person of their own.</summary>
static class Quorum
{
    /// <summary>The places that a step has left, and who may take one.</summary>
    public sealed record Seats(int Count, IReadOnlyCollection<string> People);

    /// <summary>A matching of places and people, place by place along augmenting paths: it exists or it does not, whatever the order.</summary>
    public static bool IsEnough(IReadOnlyList<Seats> steps)
    {
        var places = steps.SelectMany(step => Enumerable.Repeat(step.People, step.Count)).ToList();
        var taken = new Dictionary<string, int>();
        return Enumerable.Range(0, places.Count).All(place => Seated(place, []));

        bool Seated(int place, HashSet<string> asked) => places[place].Any(person =>
        {
            if (!asked.Add(person) || (taken.TryGetValue(person, out var other) && !Seated(other, asked)))
            {
                return false;
            }

            taken[person] = place;
            return true;
        });
    }
}
