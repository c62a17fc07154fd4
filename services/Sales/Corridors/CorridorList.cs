using System.ComponentModel;
using System.Globalization;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Corridors;

/// <summary>The versions of the corridor, the newest first.</summary>
sealed class CorridorList : IView<CorridorList.Row>
{
    public sealed record Row(
        [property: Description("The version's own id.")] Guid VersionId,
        [property: Description("1, 2, 3 …")] int Version,
        [property: Description("The largest discount, in basis points, where no family says otherwise.")] int DiscountBp,
        [property: Description("What families say otherwise.")] IReadOnlyList<CorridorLimit> Limits,
        [property: Description("Since when it counts.")] DateTime PublishedAt);

    public static string Name => "corridor_list";
    public static int Version => 1;
    public static string About => "One row for every version of the corridor of discounts.";
    public static IReadOnlyList<string> Indexes => ["(version desc, version_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event is CorridorPublished e && entry.Category == Corridor.Category
        ? [Ids.Derive("corridor", e.Version.ToString(CultureInfo.InvariantCulture))] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) =>
        entry.Event is CorridorPublished e ? new(key, e.Version, e.DiscountBp, e.Limits, entry.OccurredAt) : row;

    public static Task<IResult> Open(Queries queries, string? after, int? size, CancellationToken ct) =>
        queries.Answer<CorridorList, Row>($"select * from {Name:name}", "version desc", after, size, ct);
}
