using System.ComponentModel;
using System.Text.Json;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Segments;

/// <summary>The segments and every version of their rules.</summary>
sealed class SegmentDefinitions : IView<SegmentDefinitions.Row>
{
    public sealed record Row(
        [property: Description("The segment.")] Guid SegmentId,
        [property: Description("Its name.")] string Name,
        [property: Description("The version in force.")] int Version,
        [property: Description("Its rule in words.")] string Rule,
        [property: Description("Every version: rule as text and tree, and since when it is in force.")] IReadOnlyList<Published> Versions,
        [property: Description("When it was retired; empty while it is kept.")] DateTime? RetiredAt);

    /// <summary>One version.</summary>
    public sealed record Published(int Version, string Text, JsonElement Expression, string RuleHash, DateTime PublishedAt, DateTime? RetiredAt = null);

    public static string Name => "segment_definitions";
    public static int Version => 1;
    public static string About => "The segments and every version of their rules.";

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Segment.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        SegmentPublished e => new(key, e.Name, e.Version, e.Text,
            [.. row?.Versions ?? [], new(e.Version, e.Text, e.Expression, e.RuleHash, entry.OccurredAt)], null),
        SegmentRetired when row is not null => row with { RetiredAt = entry.OccurredAt, Versions = [.. row.Versions.SkipLast(1), row.Versions[^1] with { RetiredAt = entry.OccurredAt }] },
        _ => row,
    };

    /// <summary>When each version is in force. The first one also answers for the time before it was published.</summary>
    public static IReadOnlyList<VersionInForce> InForce(Row row) =>
        [.. row.Versions.Select((version, i) => new VersionInForce(row.SegmentId, version.Version, RuleText.Parse(version.Text),
            i == 0 ? Steps.Beginning : version.PublishedAt, version.RetiredAt ?? (i + 1 < row.Versions.Count ? row.Versions[i + 1].PublishedAt : null)))];
}
