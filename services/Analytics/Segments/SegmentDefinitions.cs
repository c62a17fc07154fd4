using System.ComponentModel;
using System.Text.Json;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using CrmSuite.Views;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Segments;

/// <summary>The segments and every version of their rules.</summary>
sealed class SegmentDefinitions : IView<SegmentDefinitions.Row>
{
    public sealed record Row(
        [property: Description("The segment.")] Guid SegmentId,
        [property: Description("Its name.")] string Name,
        [property: Description("The version in force.")] int Version,
        [property: Description("Its rule in words.")] string Rule,
        [property: Description("Every version: rule as text and tree, since when, known from which pack.")] IReadOnlyList<Published> Versions,
        [property: Description("When it was retired; empty while it is kept.")] DateTime? RetiredAt);

    /// <summary>One version.</summary>
    public sealed record Published(
        int Version,
        string Text,
        JsonElement Expression,
        string RuleHash,
        DateTime PublishedAt,
        long PackNo,
        DateTime? RetiredAt = null,
        long? RetiredPackNo = null);

    public static string Name => "segment_definitions";
    public static int Version => 2;
    public static string About => "The segments and every version of their rules.";

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Segment.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        SegmentPublished e => new(key, e.Name, e.Version, e.Text,
            [.. row?.Versions ?? [], new(e.Version, e.Text, e.Expression, e.RuleHash, entry.OccurredAt, entry.PackNo ?? 0)], null),
        SegmentRetired when row is not null => row with
        {
            RetiredAt = entry.OccurredAt,
            Versions = [.. row.Versions.SkipLast(1), row.Versions[^1] with { RetiredAt = entry.OccurredAt, RetiredPackNo = entry.PackNo ?? 0 }],
        },
        _ => row,
    };

    /// <summary>When each version is in force. The first one also answers for the time before it was published.</summary>
    public static IReadOnlyList<VersionInForce> InForce(Row row) =>
        [.. row.Versions.Select((version, i) => new VersionInForce(row.SegmentId, version.Version, RuleText.Parse(version.Text),
            i == 0 ? Steps.Beginning : version.PublishedAt, version.RetiredAt ?? (i + 1 < row.Versions.Count ? row.Versions[i + 1].PublishedAt : null)))];

    /// <summary>The segments as they were known, in the order of their names; one by its name, or all.</summary>
    public static async Task<IReadOnlyList<Row>> Read(NpgsqlConnection connection, string? name, Cut known, CancellationToken ct)
    {
        var rows = await connection.QueryAsync<(Guid SegmentId, string Name, string Versions)>(new CommandDefinition(
            $"select segment_id, name, versions::text from analytics.{Name} where @name::text is null or name = @name order by name",
            new { name }, cancellationToken: ct));
        return [.. rows.Select(row => Known(row.SegmentId, row.Name, row.Versions, known.Of("analytics"))).OfType<Row>()];
    }

    /// <summary>What was known of a segment up to a pack; null when there was none.</summary>
    static Row? Known(Guid id, string name, string all, long pack) =>
        JsonSerializer.Deserialize<List<Published>>(all, Contracts.Json.Stored)!.Where(version => version.PackNo <= pack)
            .Select(version => version.RetiredPackNo <= pack ? version : version with { RetiredAt = null, RetiredPackNo = null })
            .ToList() is { Count: > 0 } versions
            ? new(id, name, versions[^1].Version, versions[^1].Text, versions, versions[^1].RetiredAt)
            : null;
}
