using System.ComponentModel;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.ScoreTables;

/// <summary>The score tables in force.</summary>
sealed class ScoreTableList : IView<ScoreTableList.Row>
{
    public sealed record Row(
        [property: Description("The table.")] Guid ScoresId,
        [property: Description("Its name.")] string Name,
        [property: Description("The version in force.")] int Version,
        [property: Description("From which score on a lead may be handed over to sales.")] int Threshold,
        [property: Description("What counts.")] IReadOnlyList<ScoreFactor> Factors,
        [property: Description("When the version was published.")] DateTime PublishedAt);

    public static string Name => "score_table_list";
    public static int Version => 1;
    public static string About => "One row for every score table, in its newest version.";

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == ScoreTable.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        ScoresPublished e => new(key, e.Name, e.Version, e.Threshold, e.Factors, entry.OccurredAt),
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? after, int? size, CancellationToken ct) =>
        queries.Answer<ScoreTableList, Row>($"select * from {Name:name}", "name", after, size, ct);
}
