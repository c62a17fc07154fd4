using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Contacts;

/// <summary>Sales learns to know a person. He is named by his id, by what a source calls him, or by neither: then he is new.</summary>
/// <param name="CustomerId">Who, by the id he has in the registry.</param>
/// <param name="Customer">Who, by reference; needs a basis.</param>
/// <param name="Name">His name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Basis">Why the personal fields may be held.</param>
/// <param name="Force">Why he shall be added although others look the same.</param>
sealed record AddContact(
    Guid? CustomerId = null,
    CustomerRef? Customer = null,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null,
    string? Language = null,
    string? TimeZone = null,
    Basis? Basis = null,
    string? Force = null) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        { CustomerId: not null, Customer: not null } => new("contact.customer", "Name the person by customerId or by customer, not by both."),
        { Customer: { } named } when named.Problem() is { } problem => new("contact.customer", problem),
        { Force: { } force } when AccountForm.Reason(force) is { } form => form,
        _ => ContactForm.Person(Name, Email, Phone) ?? ContactForm.Habits(Language, TimeZone) ?? Basis.Invalid(),
    };
}

/// <summary>What is known of the person is wrong or out of date; only what is named changes.</summary>
sealed record CorrectContact(
    string Reason,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null,
    string? Language = null,
    string? TimeZone = null,
    Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() =>
        !Form.IsWord(Reason) ? new("contact.reason", "The reason is a word of lower-case letters, digits and hyphens.")
        : ContactForm.Person(Name, Email, Phone) ?? ContactForm.Habits(Language, TimeZone) ?? Basis.Invalid();
}

/// <summary>A person whom Sales knows. He is open only while a command is decided, and only while his key lives.</summary>
sealed record Contact(
    Guid CustomerId,
    string? Source,
    PersonalData? Reference,
    PersonalData? Name,
    PersonalData? Email,
    PersonalData? Phone,
    string? Language,
    string? TimeZone) : IFold<Contact>
{
    public static string Category => "sales.contact";

    public static Contact Initial { get; } = new(default, null, null, null, null, null, null, null);

    /// <summary>Whether Sales knows him.</summary>
    public bool IsKnown => CustomerId != Guid.Empty;

    public static Contact Evolve(Contact state, Event fact) => fact switch
    {
        ContactAdded e => new(e.CustomerId, e.Source, e.Reference, e.Name, e.Email, e.Phone, e.Language, e.TimeZone),
        ContactCorrected e => state with
        {
            Name = e.Name ?? state.Name,
            Email = e.Email ?? state.Email,
            Phone = e.Phone ?? state.Phone,
            Language = e.Language ?? state.Language,
            TimeZone = e.TimeZone ?? state.TimeZone,
        },
        _ => state,
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="customerId">Who.</param>
    /// <param name="twins">The persons who look the same; null where nobody looked.</param>
    public Decision Add(AddContact command, Guid customerId, IReadOnlyList<Guid>? twins = null)
    {
        var added = new ContactAdded(customerId, command.Name?.Of(customerId), command.Email?.Of(customerId), command.Phone?.Of(customerId), command.Language,
            command.TimeZone,
            command.Customer?.Source, command.Customer is { } named ? PersonalData.From(named.Reference).Of(customerId) : null, command.Force);
        return !IsKnown && twins is { Count: > 0 } && command.Force is null ? Refuse("contact.duplicate",
                "Persons with this e-mail address or telephone number are known. Take one of the candidates, or say by 'force' why another one is added.",
                "candidates", twins)
            : !IsKnown ? added
            : Says(added) ? []
            : Refuse("contact.known", "This person is known already. Correct what is wrong instead.");
    }

    public Decision Correct(CorrectContact command)
    {
        var corrected = new ContactCorrected(CustomerId, command.Reason, Changed(command.Name, Name), Changed(command.Email, Email),
            Changed(command.Phone, Phone),
            command.Language == Language ? null : command.Language, command.TimeZone == TimeZone ? null : command.TimeZone);
        return !IsKnown ? Unknown("contact")
            : corrected == new ContactCorrected(CustomerId, command.Reason) ? []
            : corrected;
    }

    /// <summary>Whether all that is said of him is known already.</summary>
    bool Says(ContactAdded e) =>
        (e.Name ?? Name) == Name && (e.Email ?? Email) == Email && (e.Phone ?? Phone) == Phone && (e.Language ?? Language) == Language
            && (e.TimeZone ?? TimeZone) == TimeZone;

    PersonalData? Changed(PersonalData? said, PersonalData? known) => said?.Of(CustomerId) is { } field && field != known ? field : null;
}
