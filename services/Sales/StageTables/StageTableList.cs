using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.StageTables;

/// <summary>The stage tables in force.</summary>
sealed class StageTableList : IView<StageTableList.Row>
{
    public sealed record Row(
        [property: Description("The table.")] Guid StagesId,
        [property: Description("Its name.")] string Name,
        [property: Description("The version in force.")] int Version,
        [property: Description("The stages in order.")] IReadOnlyList<SalesStage> Stages,
        [property: Description("Which kinds of evidence a win needs one of.")] IReadOnlyList<EvidenceKind> Evidence,
        [property: Description("When the version was published.")] DateTime PublishedAt);

    public static string Name => "stage_table_list";
    public static int Version => 1;
    public static string About => "One row for every stage table, in its newest version.";

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == StageTable.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        StagesPublished e => new(key, e.Name, e.Version, e.Stages, e.Evidence, entry.OccurredAt),
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? after, int? size, CancellationToken ct) => queries.Answer<StageTableList,
        Row>($"select * from {Name:name}", "name", after, size, ct);

    /// <summary>All of them, as the nouns that they are.</summary>
    public static async Task<IReadOnlyList<StageTable>> All(Queries queries, CancellationToken ct) =>
    [
        .. (await queries.Query<Row>($"select * from {Name:name} order by stages_id", ct)).Select(row =>
            StageTable.Initial with { StagesId = row.StagesId, Name = row.Name, Version = row.Version, Stages = [.. row.Stages],
                Evidence = [.. row.Evidence] }),
    ];
}
