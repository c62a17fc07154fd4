using System.ComponentModel;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.AssignmentRules;

/// <summary>The rules for assigning leads in force.</summary>
sealed class AssignmentRuleList : IView<AssignmentRuleList.Row>
{
    public sealed record Row(
        [property: Description("The rule.")] Guid AssignmentId,
        [property: Description("Its name.")] string Name,
        [property: Description("The version in force.")] int Version,
        [property: Description("How long sales may take to accept or reject, in minutes.")] int HandOverMinutes,
        [property: Description("To which team, the first that fits.")] IReadOnlyList<AssignmentRoute> Routes,
        [property: Description("Who of the team fits best.")] IReadOnlyList<FitFactor> Fit,
        [property: Description("When the version was published.")] DateTime PublishedAt);

    public static string Name => "assignment_rule_list";
    public static int Version => 1;
    public static string About => "One row for every rule for assigning leads, in its newest version.";

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == AssignmentRule.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        AssignmentPublished e => new(key, e.Name, e.Version, e.HandOverMinutes, e.Routes, e.Fit, entry.OccurredAt),
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? after, int? size, CancellationToken ct) =>
        queries.Answer<AssignmentRuleList, Row>($"select * from {Name:name}", "name", after, size, ct);

    /// <summary>When the version in force was published.</summary>
    public static async Task<DateTime> PublishedAt(Queries queries, Guid id, CancellationToken ct) =>
        (await queries.Find<AssignmentRuleList, Row>(id, ct))?.PublishedAt ?? default;
}
