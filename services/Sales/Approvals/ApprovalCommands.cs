using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;

namespace CrmSuite.Sales.Approvals;

/// <summary>A thing is to be approved, as its own endpoint says it: nobody names author and owner himself.</summary>
/// <param name="Target">What is to be approved.</param>
/// <param name="CustomerId">The customer whose matter it is.</param>
/// <param name="AuthorId">Who wrote this version.</param>
/// <param name="OwnerId">Whose deal it is.</param>
/// <param name="AccountId">The account.</param>
/// <param name="OpportunityId">The deal.</param>
/// <param name="Amount">What it is about.</param>
sealed record ApprovalRequest(
    ApprovalTarget Target, Guid CustomerId, string AuthorId, string? OwnerId = null, Guid? AccountId = null, Guid? OpportunityId = null, Money? Amount = null);

/// <summary>A flow in its newest version, with the people that its rules mean; no steps where there is no such flow.</summary>
sealed record FlowInForce(Guid FlowId, string Name, int Version, IReadOnlyList<ApprovalStep> Steps);

/// <summary>An approver begins to look at it.</summary>
/// <param name="Step">The step.</param>
/// <param name="Hash">The content that he looks at, as the approval shows it.</param>
sealed record ClaimStep(string Step, string Hash) : ICommand
{
    public Refusal? Invalid() => ApprovalForm.Step(Step, Hash);
}

/// <summary>An approver says yes or no.</summary>
/// <param name="Step">The step.</param>
/// <param name="Hash">The content that he decides on, as the approval shows it.</param>
/// <param name="Answer">Yes or no.</param>
/// <param name="Comment">What he has to say; needs a basis.</param>
/// <param name="Basis">Why the comment may be held.</param>
sealed record DecideStep(string Step, string Hash, ApprovalAnswer Answer, PersonalData? Comment = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => ApprovalForm.Step(Step, Hash)
        ?? (Comment is not null && string.IsNullOrWhiteSpace(Comment.Clear) ? new("approval.comment", "Say something, or leave the comment out.") : Basis.Invalid());
}

/// <summary>An approver gives his place to somebody else.</summary>
/// <param name="Step">The step.</param>
/// <param name="Hash">The content that it is about.</param>
/// <param name="To">To whom: the subject of his sign-in.</param>
/// <param name="Reason">Why.</param>
sealed record DelegateStep(string Step, string Hash, string To, string Reason) : ICommand
{
    public Refusal? Invalid() => ApprovalForm.Step(Step, Hash)
        ?? (Form.IsLine(To, Seller.IdMax) ? AccountForm.Reason(Reason) : new("approval.delegate", "Name the other one by the subject of his sign-in."));
}

/// <summary>It is no longer asked for.</summary>
sealed record WithdrawApproval(string Reason) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}

/// <summary>Which form step and content have.</summary>
static class ApprovalForm
{
    const int HashLength = 64;

    public static Refusal? Step(string step, string hash) =>
        !Form.IsWord(step) ? new("approval.step", "The step is a word of lower-case letters, digits and hyphens.")
        : hash.Length == HashLength && hash.All(char.IsAsciiHexDigitLower) ? null
        : new("approval.hash", $"Name the content that you decide on by its hash of {HashLength} lower-case hexadecimal digits, as the approval shows it.");
}
