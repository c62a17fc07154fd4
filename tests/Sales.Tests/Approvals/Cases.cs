using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.ApprovalFlows;
using CrmSuite.Sales.Approvals;

namespace CrmSuite.Sales.Tests.Approvals;

/// <summary>One contract to be approved, by a flow of two ranks, for the tests of approvals and of what is computed from them.</summary>
static class Cases
{
    public const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    public const string OtherHash = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

    public static readonly DateTime Now = new(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc);
    public static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    public static readonly ApprovalTarget Target = new("contract", Guid.Parse("8e7d6c5b-4a39-5b28-9c17-0d1e2f3a4b5c"), 3, Hash);
    public static readonly Guid Id = Approval.IdOf(Target.Noun, Target.Id);
    public static readonly ApprovalRequest Request = new(Target, Customer, "u-author", "u-owner");

    /// <summary>Legal and finance side by side, then two heads.</summary>
    public static readonly FlowInForce Flow = new(ApprovalFlow.IdOf("contract"), "contract", 2,
    [
        new("legal", 1, ["u-lea", "u-leo"], 1, 48, ["u-max", "u-asks"]), new("finance", 1, ["u-fay"], 1, 24, []),
        new("head", 2, ["u-leo", "u-max", "u-mia"], 2, 24, []),
    ]);

    public static readonly ApprovalStarted Started = new(Id, Customer, 1, Target, Flow.FlowId, "contract", 2, Flow.Steps, "u-asks", "u-author", "u-owner");
    public static readonly ApprovalStepOpened LegalOpened = Opened(Flow.Steps[0], Now);
    public static readonly ApprovalStepOpened FinanceOpened = Opened(Flow.Steps[1], Now);
    public static readonly Event[] Asked = [Started, LegalOpened, FinanceOpened];

    public static ApprovalStepOpened Opened(ApprovalStep step, DateTime at, int round = 1) =>
        new(Id, Customer, round, Target, step.Name, step.Approvers, step.Needed, at.AddHours(step.DueHours));

    public static ApprovalStepDecided Said(string step, string by, ApprovalAnswer answer = ApprovalAnswer.Yes) => new(Id, Customer, 1, Target, step, answer, by);

    public static ApprovalCompleted Completed(ApprovalResult result, params string[] by) => new(Id, Customer, 1, Target, result, by);

    public static Actor Person(string id) => new("staff", id, "north");

    public static DecideStep Yes(string step, string hash = Hash) => new(step, hash, ApprovalAnswer.Yes);
}
