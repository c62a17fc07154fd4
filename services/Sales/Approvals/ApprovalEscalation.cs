using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Approvals;

/// <summary>A step that nobody has decided in time is opened to more people.</summary>
sealed class ApprovalEscalation : IDue<Approval>
{
    public static string Kind => "escalation";

    public static DateTime? At(Approval state) => state.NextDue();

    public static Decision Decide(Approval state, DateTime at) => state.Escalate(at);
}
