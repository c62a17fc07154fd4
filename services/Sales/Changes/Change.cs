using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Tasks;

namespace CrmSuite.Sales.Changes;

/// <summary>All accounts that are meant get another owner.</summary>
sealed record ChangeAccounts(AccountList.Filter Filter, string OwnerId, string Reason, string? OwnerTeam = null, bool All = false) : ICommand
{
    public Refusal? Invalid() => ChangeForm.Status<AccountStatus>(Filter.Status) ?? AccountForm.Owner(OwnerId, OwnerTeam) ?? AccountForm.Reason(Reason)
        ?? ChangeForm.Unbounded(Filter == new AccountList.Filter(), All);
}

/// <summary>All tasks that are meant, as far as they are open, get another assignee.</summary>
sealed record ChangeTasks(WorkTaskList.Filter Filter, string AssigneeId, string Reason, string? AssigneeTeam = null, bool All = false) : ICommand
{
    public Refusal? Invalid() => Filter.Status is not (null or "open")
        ? new("change.status", "Only open tasks go to somebody else. Leave the status out.")
        : AccountForm.Owner(AssigneeId, AssigneeTeam) ?? AccountForm.Reason(Reason) ?? ChangeForm.Unbounded(Filter == new WorkTaskList.Filter(), All);
}

/// <summary>All deals that are meant get another owner, go to another stage, or are to be decided on another day: one of the three.</summary>
sealed record ChangeOpportunities(
    OpportunityHistory.Filter Filter, string Reason, string? OwnerId = null, string? OwnerTeam = null, string? Stage = null, DateOnly? CloseDate = null,
    bool All = false) : ICommand
{
    public Refusal? Invalid() =>
        new object?[] { OwnerId, Stage, CloseDate }.Count(change => change is not null) != 1
            ? new("change.one", "Name one change: an owner, a stage or a close date.")
            : Stage is not null && !Form.IsWord(Stage) ? OpportunityForm.Stage
            : ChangeForm.Status<OpportunityStatus>(Filter.Status) ?? AccountForm.Owner(OwnerId, OwnerTeam) ?? AccountForm.Reason(Reason)
                ?? ChangeForm.Unbounded(Filter == new OpportunityHistory.Filter(), All);
}

/// <summary>Somebody leaves: his accounts, his open deals, quotes, contracts and tasks, and his places in approvals go to somebody else.</summary>
/// <param name="From">Who leaves.</param>
/// <param name="To">Who takes over.</param>
/// <param name="Reason">Why.</param>
/// <param name="ToTeam">The team of who takes over.</param>
/// <param name="ApprovalsTo">Who takes over his places in approvals; default who takes over the rest.</param>
sealed record HandOver(string From, string To, string Reason, string? ToTeam = null, string? ApprovalsTo = null) : ICommand
{
    public Refusal? Invalid() =>
        From == To || From == ApprovalsTo ? new("change.same", "Name somebody else to take over.")
        : AccountForm.Owner(From, null) ?? AccountForm.Owner(ApprovalsTo, null) ?? AccountForm.Owner(To, ToTeam) ?? AccountForm.Reason(Reason);
}

/// <summary>What every change of many is held to.</summary>
static class ChangeForm
{
    /// <summary>A status that there is not would mean nothing, and nothing would be changed without a word.</summary>
    public static Refusal? Status<TStatus>(string? status) where TStatus : struct, Enum =>
        status is not null && new WordOfAttribute(typeof(TStatus)).Words is var words && !words.Contains(status)
            ? new("change.status", $"A status is one of {string.Join(", ", words)}.") : null;

    /// <summary>All of them are changed only where that is said.</summary>
    public static Refusal? Unbounded(bool isEmpty, bool all) => isEmpty && !all
        ? new("change.all", "The filter is empty: that means all of them. Narrow it, or say 'all': true.") : null;
}
