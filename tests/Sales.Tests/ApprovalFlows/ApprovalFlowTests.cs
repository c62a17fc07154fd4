using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Sales.ApprovalFlows;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.ApprovalFlows;

public sealed class ApprovalFlowTests : DeciderTests
{
    static readonly Guid Id = ApprovalFlow.IdOf("contract");
    static readonly FlowStep Legal = new("legal", 1, [new(ApproverKind.Team, "legal")], EscalateTo: [new(ApproverKind.Person, "u-max")]);
    static readonly FlowStep Head = new("head", 2, [new(ApproverKind.Role, "sales-manager")], Needed: 2, DueHours: 24);
    static readonly PublishFlow Command = new([Head, Legal]);
    static readonly FlowPublished First = new(Id, "contract", 1, [Legal, Head]);

    static readonly Person[] Staff =
    [
        new("u-max", true, ["sales-manager"], "north"), new("u-lea", true, ["sales-manager"], "legal"), new("u-leo", true, ["sales-operations"], "legal"),
        new("u-mia", true, ["sales-agent", "sales-manager"], "north"), new("u-old", false, ["sales-manager"], "legal"), new("u-adm", true, ["admin"], "legal"),
    ];

    [Fact]
    public void A_flow_is_published_with_its_steps_by_rank() => Given<ApprovalFlow>().When(f => f.Publish("contract", Command)).Then(First);

    [Fact]
    public void The_same_again_adds_nothing_and_whatever_differs_is_a_new_version()
    {
        Given<ApprovalFlow>(First).When(f => f.Publish("contract", new([Legal with { Approvers = [.. Legal.Approvers] }, Head]))).ThenNothing();
        Given<ApprovalFlow>(First).When(f => f.Publish("contract", new([Legal with { EscalateTo = null }, Head])))
            .Then(First with { Version = 2, Steps = [Legal with { EscalateTo = null }, Head] });
        Given<ApprovalFlow>(First).When(f => f.Publish("contract", new([Legal, Head with { Needed = 1 }])))
            .Then(First with { Version = 2, Steps = [Legal, Head with { Needed = 1 }] });
    }

    [Fact]
    public void Its_rules_mean_who_works_here_and_may_approve_and_operations_approve_nothing()
    {
        var steps = Given<ApprovalFlow>(First).State.With(Staff, []);
        Assert.Equal(["legal: u-adm, u-lea; u-max", "head: u-lea, u-max, u-mia; "],
            steps.Select(step => $"{step.Name}: {string.Join(", ", step.Approvers)}; {string.Join(", ", step.EscalateTo)}"));
    }

    [Fact]
    public void Who_is_excluded_is_meant_by_no_rule() =>
        Assert.Equal(["u-adm", "u-mia"], Given<ApprovalFlow>(First).State.With(Staff, ["u-lea", "u-max"]).SelectMany(step => step.Approvers.Concat(step.EscalateTo)));

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("flow.role", new PublishFlow([Head with { Approvers = [new(ApproverKind.Role, "chief-of-nothing")] }]).Invalid()?.Code);
        Assert.Equal("flow.steps", new PublishFlow([]).Invalid()?.Code);
        Assert.Equal("flow.steps", new PublishFlow([.. Enumerable.Range(0, PublishFlow.StepsMax + 1).Select(n => Legal with { Name = $"s{n}" })]).Invalid()?.Code);
        Assert.Equal("flow.name", new PublishFlow([Legal, Legal]).Invalid()?.Code);
        Assert.Equal("flow.name", new PublishFlow([Legal with { Name = "Ask legal" }]).Invalid()?.Code);
        Assert.Equal("flow.rank", new PublishFlow([Legal with { Rank = 0 }]).Invalid()?.Code);
        Assert.Equal("flow.approvers", new PublishFlow([Legal with { Approvers = [] }]).Invalid()?.Code);
        Assert.Equal("flow.approver", new PublishFlow([Legal with { EscalateTo = [new(ApproverKind.Person, " ")] }]).Invalid()?.Code);
        Assert.Equal("flow.needed", new PublishFlow([Legal with { Needed = 0 }]).Invalid()?.Code);
        Assert.Equal("flow.due", new PublishFlow([Legal with { DueHours = 0 }]).Invalid()?.Code);
    }

    [Fact]
    public void The_list_shows_the_newest_version()
    {
        var today = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        var row = Entries.Fold<ApprovalFlow, ApprovalFlowList.Row, ApprovalFlowList>(Id, (today, First), (today.AddDays(1), First with { Version = 2, Steps = [Legal] }))!;
        Assert.Equal(("contract", 2, 1, today.AddDays(1)), (row.Name, row.Version, row.Steps.Count, row.PublishedAt));
    }
}
