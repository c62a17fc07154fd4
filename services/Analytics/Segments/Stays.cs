using NodaTime;

namespace CrmSuite.Analytics.Segments;

/// <summary>One version of a segment's rule and the time in which it is in force.</summary>
sealed record VersionInForce(Guid SegmentId, int Version, Rule Rule, DateTime From, DateTime? To);

/// <summary>A stay in a segment, half-open, with what caused entry and exit.</summary>
sealed record Stay(
    Guid SegmentId, int Version, Guid CustomerId, DateTime ValidFrom, DateTime? ValidTo, Guid? EnteredBy, string EnteredLeaf, Guid? LeftBy, string? LeftLeaf)
{
    /// <summary>Whether it holds at an instant.</summary>
    public bool Covers(DateTime at) => ValidFrom <= at && !(ValidTo <= at);
}

/// <summary>
/// Who was in a segment, when and why: a pure function of the rule's versions and the customer's history. It is the same for a new event, a late one, a replay
/// and a back-test. Ends that only the passing of time brings are known ahead, so no clock takes part.
/// </summary>
static class Stays
{
    /// <summary>The leaf of an entry with a customer's first fact.</summary>
    public const string FirstFact = "first fact of the customer";

    public static List<Stay> Of(IReadOnlyList<VersionInForce> versions, CustomerHistory history, DateTimeZone zone)
    {
        var stays = new List<Stay>();
        if (history.First is not { } first)
        {
            return stays;
        }

        foreach (var version in versions)
        {
            var from = version.From > first.At ? version.From : first.At;
            Stay? open = null;
            foreach (var step in Steps.Of(version.Rule, history, zone))
            {
                if (version.To is { } end && step.At >= end)
                {
                    break;
                }

                if (step.Value == true && open is null)
                {
                    open = new(version.SegmentId, version.Version, history.CustomerId, step.At, null, step.Cause, step.Leaf, null, null);
                }
                else if (step.Value != true && open is not null)
                {
                    Add(open with { ValidTo = step.At, LeftBy = step.Cause, LeftLeaf = step.Leaf });
                    open = null;
                }
            }

            if (open is not null)
            {
                Add(version.To is { } end ? open with { ValidTo = end, LeftLeaf = $"version {version.Version} superseded" } : open);
            }

            void Add(Stay stay)
            {
                if (stay.ValidTo <= from)
                {
                    return;
                }

                stays.Add(stay.ValidFrom >= from ? stay
                    : version.From > first.At ? stay with { ValidFrom = from, EnteredBy = null, EnteredLeaf = $"version {version.Version} published" }
                    : stay with { ValidFrom = from, EnteredBy = first.EventId, EnteredLeaf = FirstFact });
            }
        }

        return stays;
    }
}
