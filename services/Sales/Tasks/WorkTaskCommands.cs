using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;

namespace CrmSuite.Sales.Tasks;

/// <summary>Somebody has something to do.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="About">With regard to what.</param>
/// <param name="DueAt">Until when.</param>
/// <param name="AssigneeId">Who does it; default the caller.</param>
/// <param name="AssigneeTeam">His team; default the caller's, where he is the assignee.</param>
/// <param name="RemindAt">When he wants to be reminded.</param>
/// <param name="CustomerId">Whom it concerns, where Sales does not know it from what it is about.</param>
/// <param name="Text">What exactly; needs a basis.</param>
/// <param name="Basis">Why the text may be held.</param>
sealed record OpenTask(
    TaskKind Kind,
    About About,
    DateTime DueAt,
    string? AssigneeId = null,
    string? AssigneeTeam = null,
    DateTime? RemindAt = null,
    Guid? CustomerId = null,
    PersonalData? Text = null,
    Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() =>
        TaskForm.About(About) ?? TaskForm.Times(DueAt, RemindAt) ?? TaskForm.Text(Text) ?? AccountForm.Owner(AssigneeId, AssigneeTeam) ?? Basis.Invalid();
}

/// <summary>It was done already: a call, an e-mail or a visit is told in one command.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="About">With regard to what.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="CustomerId">Whom it concerns, where Sales does not know it from what it is about.</param>
/// <param name="Text">What was said; needs a basis.</param>
/// <param name="Basis">Why the text may be held.</param>
sealed record LogTask(TaskKind Kind, About About, string Outcome, Guid? CustomerId = null, PersonalData? Text = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => TaskForm.About(About) ?? TaskForm.Outcome(Outcome) ?? TaskForm.Text(Text) ?? Basis.Invalid();
}

/// <summary>It falls due at another time.</summary>
sealed record RescheduleTask(DateTime DueAt, string Reason, DateTime? RemindAt = null) : ICommand
{
    public Refusal? Invalid() => TaskForm.Times(DueAt, RemindAt) ?? AccountForm.Reason(Reason);
}

/// <summary>Somebody else does it.</summary>
sealed record ReassignTask(string AssigneeId, string Reason, string? AssigneeTeam = null) : ICommand
{
    public Refusal? Invalid() => AccountForm.Owner(AssigneeId, AssigneeTeam) ?? AccountForm.Reason(Reason);
}

/// <summary>It is done.</summary>
sealed record FinishTask(string Outcome, PersonalData? Text = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => TaskForm.Outcome(Outcome) ?? TaskForm.Text(Text) ?? Basis.Invalid();
}

/// <summary>Nobody does it.</summary>
sealed record DropTask(string Reason) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}

/// <summary>Which forms the fields of a task and of a note have.</summary>
static class TaskForm
{
    static readonly DateTime First = new(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly DateTime Last = new(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Every noun of the suite, as the names of its events begin.</summary>
    static readonly HashSet<string> Nouns = [.. EventNames.All.Select(name => name[(name.IndexOf('.') + 1)..name.IndexOf('-')])];

    public static Refusal? About(About about) =>
        !Form.IsWord(about.Noun) || about.Id == Guid.Empty ? new("about.form", "Name what it is about by noun and id, for example opportunity and its id.")
        : Nouns.Contains(about.Noun) ? null
        : new("about.noun", $"There is no noun '{about.Noun}'. Something is about one of: {string.Join(", ", Nouns.Order(StringComparer.Ordinal))}.");

    public static Refusal? Outcome(string outcome) => Form.IsWord(outcome)
        ? null : new("task.outcome", "The outcome is a word of lower-case letters, digits and hyphens, for example reached.");

    public static Refusal? Text(PersonalData? text) => text is null || !string.IsNullOrWhiteSpace(text.Clear)
        ? null : new("text.form", "The text is empty. Leave it out instead.");

    public static Refusal? Times(DateTime dueAt, DateTime? remindAt) =>
        !IsInstant(dueAt) ? new("task.due", "The due time is an instant with its offset between 1990 and 2200, for example 2026-03-02T09:00:00Z.")
        : remindAt is { } remind && (!IsInstant(remind) || remind.ToUniversalTime() > dueAt.ToUniversalTime())
            ? new("task.remind", "The reminder is an instant with its offset, not after the due time.")
        : null;

    static bool IsInstant(DateTime at) => at.Kind != DateTimeKind.Unspecified && at.ToUniversalTime() >= First && at.ToUniversalTime() < Last;
}
