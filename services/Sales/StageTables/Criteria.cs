using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;

namespace CrmSuite.Sales.StageTables;

/// <summary>What exit criteria look at in the deal itself.</summary>
/// <param name="Filled">Its fields that are filled; extra fields by their keys.</param>
/// <param name="Roles">What its contacts have to do with it.</param>
/// <param name="AmountMinor">What it may be worth.</param>
/// <param name="CloseDate">When it should be decided.</param>
/// <param name="Ticks">What persons have ticked.</param>
sealed record Readiness(
    IReadOnlyCollection<string> Filled, IReadOnlyCollection<ContactRole> Roles, long AmountMinor, DateOnly CloseDate, IReadOnlyCollection<string> Ticks);

/// <summary>What exit criteria look at in other streams (rulings.md 9).</summary>
/// <param name="TasksDone">The kinds of tasks about the deal that are done.</param>
/// <param name="IsQuoteSent">Whether a quote of it was sent.</param>
/// <param name="IsQuoteAccepted">Whether one was accepted.</param>
sealed record Proofs(IReadOnlyCollection<string> TasksDone, bool IsQuoteSent = false, bool IsQuoteAccepted = false)
{
    /// <summary>Nothing is proven.</summary>
    public static readonly Proofs None = new([]);
}

/// <summary>What exit criteria look at, and what to do where one is not met.</summary>
static class Criteria
{
    /// <summary>The fields that every deal has and a criterion may ask for; extra fields are asked for by their keys.</summary>
    public static readonly IReadOnlyList<string> Fields = ["need", "products", "rival", "title"];

    /// <summary>The roles that a criterion may ask for.</summary>
    public static readonly IReadOnlyDictionary<string, ContactRole> Roles =
        Enum.GetValues<ContactRole>().ToDictionary(role => role.ToString().ToLowerInvariant());

    /// <summary>The kinds of tasks that a criterion may ask for.</summary>
    public static readonly IReadOnlyList<string> Tasks = ["call", "e-mail", "visit", "to-do"];

    /// <summary>Whether the criterion says all that its kind needs.</summary>
    public static bool IsWhole(ExitCriterion criterion) => criterion.Kind switch
    {
        CriterionKind.Field => Form.IsWord(criterion.What),
        CriterionKind.Contact => criterion.What is { } role && Roles.ContainsKey(role),
        CriterionKind.Task => criterion.What is { } kind && Tasks.Contains(kind),
        _ => criterion.What is null,
    };

    /// <summary>Whether the criterion is met on a day.</summary>
    public static bool IsMet(ExitCriterion criterion, Readiness deal, Proofs proofs, DateOnly today) => criterion.Kind switch
    {
        CriterionKind.Field => deal.Filled.Contains(criterion.What),
        CriterionKind.Contact => deal.Roles.Contains(Roles[criterion.What!]),
        CriterionKind.Amount => deal.AmountMinor > 0,
        CriterionKind.CloseDate => deal.CloseDate >= today,
        CriterionKind.Task => proofs.TasksDone.Contains(criterion.What),
        CriterionKind.QuoteSent => proofs.IsQuoteSent,
        CriterionKind.QuoteAccepted => proofs.IsQuoteAccepted,
        _ => deal.Ticks.Contains(criterion.Name),
    };

    /// <summary>What a person has to do so that it is met.</summary>
    public static string Advice(ExitCriterion criterion) => criterion.Kind switch
    {
        CriterionKind.Field => $"fill in '{criterion.What}'",
        CriterionKind.Contact => $"add a contact in the role '{criterion.What}'",
        CriterionKind.Amount => "set an amount over zero",
        CriterionKind.CloseDate => "move the close date, which is past",
        CriterionKind.Task => $"have a task of the kind '{criterion.What}' done",
        CriterionKind.QuoteSent => "send a quote",
        CriterionKind.QuoteAccepted => "have a quote accepted",
        _ => $"tick '{criterion.Name}'",
    };
}
