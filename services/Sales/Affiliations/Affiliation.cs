using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Contacts;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Affiliations;

/// <summary>A person works for an account.</summary>
/// <param name="AccountId">Where.</param>
/// <param name="ContactId">Who.</param>
/// <param name="Role">As what.</param>
/// <param name="From">Since when, where it is known.</param>
/// <param name="Title">What stands on his card; needs a basis.</param>
/// <param name="Basis">Why the title may be held.</param>
sealed record StartAffiliation(Guid AccountId, Guid ContactId, string Role, DateOnly? From = null, PersonalData? Title = null, Basis? Basis = null) : ICommand
{
    public Guid AffiliationId => Ids.Derive("affiliation", AccountId, ContactId);

    public Refusal? Invalid() => AffiliationForm.Fields(Role, Title) ?? Basis.Invalid();
}

/// <summary>He does something else there now; only what is named changes.</summary>
sealed record ChangeAffiliation(string? Role = null, PersonalData? Title = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => AffiliationForm.Fields(Role, Title) ?? Basis.Invalid();
}

/// <summary>He works there no longer.</summary>
sealed record EndAffiliation(string Reason) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}

static class AffiliationForm
{
    const int TitleMax = 200;

    public static Refusal? Fields(string? role, PersonalData? title) => 0 switch
    {
        _ when role is not null && !Form.IsWord(role) => new("affiliation.role", "The role is a word of lower-case letters, digits and hyphens."),
        _ when title is not null && !Form.IsLine(title.Clear, TitleMax) => new("affiliation.title", $"The title is one line of at most {TitleMax} characters."),
        _ => null,
    };
}

enum AffiliationStatus { None, Current, Ended }

/// <summary>Who works where: one small stream for each pair, so that neither the account nor the person changes by it.</summary>
sealed record Affiliation(Guid AffiliationId, AffiliationStatus Status, Guid AccountId, Guid CustomerId, string Role, DateOnly? From, PersonalData? Title)
    : IFold<Affiliation>
{
    public static string Category => "sales.affiliation";

    public static Affiliation Initial { get; } = new(default, AffiliationStatus.None, default, default, "", null, null);

    public static Affiliation Evolve(Affiliation state, Event fact) => fact switch
    {
        AffiliationStarted e => new(e.AffiliationId, AffiliationStatus.Current, e.AccountId, e.CustomerId, e.Role, e.From, e.Title),
        AffiliationChanged e => state with { Role = e.Role ?? state.Role, Title = e.Title ?? state.Title },
        AffiliationEnded => state with { Status = AffiliationStatus.Ended },
        _ => state,
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="account">Where.</param>
    /// <param name="contact">Who.</param>
    public Decision Start(StartAffiliation command, Account account, Contact contact)
    {
        var title = command.Title?.Of(command.ContactId);
        return Status switch
        {
            _ when account.Status == AccountStatus.None => Unknown("account"),
            _ when !contact.IsKnown => Unknown("contact"),
            AffiliationStatus.Current when (command.Role, title ?? Title) == (Role, Title) => [],
            AffiliationStatus.Current => Refuse("affiliation.current", "He works there already. Change his role or title instead."),
            _ => new AffiliationStarted(command.AffiliationId, command.AccountId, command.ContactId, command.Role, command.From, title),
        };
    }

    public Decision Change(ChangeAffiliation command)
    {
        var title = command.Title?.Of(CustomerId);
        var changed = new AffiliationChanged(AffiliationId, AccountId, CustomerId, command.Role == Role ? null : command.Role, title == Title ? null : title);
        return Status switch
        {
            AffiliationStatus.None => Unknown("affiliation"),
            _ when changed == new AffiliationChanged(AffiliationId, AccountId, CustomerId) => [],
            AffiliationStatus.Ended => Refuse("affiliation.ended", "He works there no longer. Start it again first."),
            _ => changed,
        };
    }

    public Decision End(EndAffiliation command) => Status switch
    {
        AffiliationStatus.None => Unknown("affiliation"),
        AffiliationStatus.Ended => [],
        _ => new AffiliationEnded(AffiliationId, AccountId, CustomerId, command.Reason),
    };
}
