using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.ApprovalFlows;

/// <summary>The approval flows in force.</summary>
sealed class ApprovalFlowList : IView<ApprovalFlowList.Row>
{
    public sealed record Row(
        [property: Description("The flow.")] Guid FlowId,
        [property: Description("Its name.")] string Name,
        [property: Description("The version in force.")] int Version,
        [property: Description("The steps, by rank.")] IReadOnlyList<FlowStep> Steps,
        [property: Description("When the version was published.")] DateTime PublishedAt);

    public static string Name => "approval_flow_list";
    public static int Version => 1;
    public static string About => "One row for every approval flow, in its newest version.";

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == ApprovalFlow.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        FlowPublished e => new(key, e.Name, e.Version, e.Steps, entry.OccurredAt),
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? after, int? size, CancellationToken ct) => queries.Answer<ApprovalFlowList,
        Row>($"select * from {Name:name}", "name", after, size, ct);
}
