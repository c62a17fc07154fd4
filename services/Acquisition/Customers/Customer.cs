using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Acquisition.Customers;

/// <summary>A customer enters the registry, or a provisional one is confirmed. He is named by his id, by what a source calls him, or by neither: then he is new.</summary>
/// <param name="Kind">Person or organisation.</param>
/// <param name="CustomerId">Who, by id: to confirm a provisional one.</param>
/// <param name="Customer">Who, by reference.</param>
/// <param name="Name">His name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
/// <param name="BirthDate">His birth date, <c>yyyy-MM-dd</c>.</param>
/// <param name="BirthYear">The year alone; default the one of the birth date.</param>
/// <param name="Gender">As he states it.</param>
/// <param name="Country">Country.</param>
/// <param name="City">City.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Interests">What he cares about.</param>
/// <param name="Basis">Why the personal fields may be held.</param>
sealed record RegisterCustomer(
    CustomerKind Kind = CustomerKind.Person,
    Guid? CustomerId = null,
    CustomerRef? Customer = null,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null,
    PersonalData? BirthDate = null,
    int? BirthYear = null,
    Gender? Gender = null,
    string? Country = null,
    string? City = null,
    string? Language = null,
    string? TimeZone = null,
    IReadOnlyList<string>? Interests = null,
    Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        { CustomerId: not null, Customer: not null } => new("customer.reference", "Name the customer by customerId or by customer, not by both."),
        { Customer: { } named } when named.Problem() is { } problem => new("customer.reference", problem),
        _ => CustomerForm.Person(Name, Email, Phone, BirthDate, BirthYear, Country, City) ?? CustomerForm.Habits(Language, TimeZone, Interests) ?? Basis.Invalid(),
    };
}

/// <summary>What the registry holds is wrong or out of date; only what is named changes.</summary>
sealed record CorrectCustomer(
    string Reason,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null,
    PersonalData? BirthDate = null,
    int? BirthYear = null,
    Gender? Gender = null,
    string? Country = null,
    string? City = null,
    Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() =>
        !Form.IsWord(Reason) ? new("customer.reason", "The reason is a word of lower-case letters, digits and hyphens.")
        : CustomerForm.Person(Name, Email, Phone, BirthDate, BirthYear, Country, City) ?? Basis.Invalid();
}

/// <summary>How the customer wants to be met, as a whole.</summary>
sealed record SetPreferences(
    string? Language = null, string? TimeZone = null, string? Currency = null, Style? Style = null, IReadOnlyList<string>? Interests = null) : ICommand
{
    public Refusal? Invalid() =>
        Currency is not null && !Money.IsCurrency(Currency) ? new("customer.currency", "The currency is an ISO 4217 code.") : CustomerForm.Habits(Language, TimeZone, Interests);
}

enum CustomerStatus { None, Provisional, Confirmed }

/// <summary>What the company knows of one customer. Personal fields are open only while a command is decided, and only while his key lives.</summary>
sealed record Customer(
    Guid CustomerId,
    CustomerStatus Status,
    CustomerKind Kind,
    string? Source,
    PersonalData? Reference,
    PersonalData? Name,
    PersonalData? Email,
    PersonalData? Phone,
    PersonalData? BirthDate,
    int? BirthYear,
    Gender? Gender,
    string? Country,
    string? City,
    string? Language,
    string? TimeZone,
    string? Currency,
    Style? Style,
    ImmutableList<string> Interests,
    ImmutableList<Identifier> Identifiers,
    ImmutableHashSet<VerifiedField> Verified) : IFold<Customer>
{
    public static string Category => "acquisition.customer";

    public static Customer Initial { get; } =
        new(default, CustomerStatus.None, default, null, null, null, null, null, null, null, null, null, null, null, null, null, null, [], [], []);

    const int IdentifiersMax = 50;

    public static Customer Evolve(Customer state, Event fact) => fact switch
    {
        CustomerRegistered e => state with
        {
            CustomerId = e.CustomerId,
            Status = e.Provisional ? CustomerStatus.Provisional : CustomerStatus.Confirmed,
            Kind = e.Kind,
            Source = e.Source ?? state.Source,
            Reference = e.Reference ?? state.Reference,
            Name = e.Name ?? state.Name,
            Email = e.Email ?? state.Email,
            Phone = e.Phone ?? state.Phone,
            BirthDate = e.BirthDate ?? state.BirthDate,
            BirthYear = e.BirthYear ?? state.BirthYear,
            Gender = e.Gender ?? state.Gender,
            Country = e.Country ?? state.Country,
            City = e.City ?? state.City,
            Language = e.Language ?? state.Language,
            TimeZone = e.TimeZone ?? state.TimeZone,
            Interests = e.Interests is null ? state.Interests : [.. e.Interests],
            Verified = state.Verified.Except(Said(e.Name, e.Email, e.Phone, e.BirthDate)),
        },
        CustomerCorrected e => state with
        {
            Name = e.Name ?? state.Name,
            Email = e.Email ?? state.Email,
            Phone = e.Phone ?? state.Phone,
            BirthDate = e.BirthDate ?? state.BirthDate,
            BirthYear = e.BirthYear ?? state.BirthYear,
            Gender = e.Gender ?? state.Gender,
            Country = e.Country ?? state.Country,
            City = e.City ?? state.City,
            Verified = state.Verified.Except(Said(e.Name, e.Email, e.Phone, e.BirthDate)),
        },
        CustomerIdentifierAdded e => state with { Identifiers = state.Identifiers.Add(new(e.IdentifierId, e.Kind, e.Source, e.Value)) },
        CustomerIdentifierRemoved e => state with
        {
            Identifiers = state.Identifiers.RemoveAll(known => known.IdentifierId == e.IdentifierId),
            Verified = state.RegisterNumber?.IdentifierId == e.IdentifierId ? state.Verified.Remove(VerifiedField.RegisterNumber) : state.Verified,
        },
        CustomerDataVerified e => state with { Verified = state.Verified.Union(e.Fields) },
        CustomerPreferencesSet e => state with { Language = e.Language, TimeZone = e.TimeZone, Currency = e.Currency, Style = e.Style, Interests = [.. e.Interests] },
        _ => state,
    };

    public Decision Register(RegisterCustomer command, Guid customerId)
    {
        PersonalData? Of(PersonalData? field) => field?.Of(customerId);

        var registered = new CustomerRegistered(customerId, Provisional: false, command.Kind, command.Customer?.Source, Of(CustomerForm.Reference(command.Customer)),
            Of(command.Name), Of(command.Email), Of(command.Phone), Of(command.BirthDate), CustomerForm.BirthYear(command.BirthYear, command.BirthDate), command.Gender,
            command.Country, command.City, command.Language, command.TimeZone, command.Interests);
        return Status switch
        {
            CustomerStatus.None when command.CustomerId is not null => Unknown("customer"),
            CustomerStatus.Confirmed when IsKnown(Evolve(this, registered)) => [],   // Nothing new was said.
            CustomerStatus.Confirmed => Refuse("customer.registered", "This customer is registered already. Correct what is wrong instead."),
            _ => registered,
        };
    }

    /// <summary>Somebody heard of him: he is entered provisionally, once.</summary>
    public Decision Hear(Guid customerId, string source, PersonalData? reference, string? country) => Status switch
    {
        CustomerStatus.None => new CustomerRegistered(customerId, Provisional: true, CustomerKind.Person, source, Fresh(reference)?.Of(customerId), Country: country),
        _ => [],
    };

    public Decision Correct(CorrectCustomer command)
    {
        var corrected = new CustomerCorrected(CustomerId, command.Reason, Changed(command.Name, Name), Changed(command.Email, Email), Changed(command.Phone, Phone),
            Changed(command.BirthDate, BirthDate), CustomerForm.BirthYear(command.BirthYear, command.BirthDate) is { } year && year != BirthYear ? year : null,
            command.Gender == Gender ? null : command.Gender, command.Country == Country ? null : command.Country, command.City == City ? null : command.City);
        return Status == CustomerStatus.None ? Unknown("customer")
            : corrected == new CustomerCorrected(CustomerId, command.Reason) ? []
            : corrected;
    }

    public Decision Prefer(SetPreferences command)
    {
        var set = new CustomerPreferencesSet(CustomerId, command.Language, command.TimeZone, command.Currency, command.Style, command.Interests ?? []);
        return Status == CustomerStatus.None ? Unknown("customer")
            : IsKnown(Evolve(this, set)) ? []
            : set;
    }

    public Decision Add(AddIdentifier command, Guid identifierId)
    {
        var added = new CustomerIdentifierAdded(CustomerId, identifierId, command.Kind, command.Source, command.Value.Of(CustomerId));
        return Status switch
        {
            CustomerStatus.None => Unknown("customer"),
            _ when Identifiers.Exists(known => (known.Kind, known.Source, known.Value) == (added.Kind, added.Source, added.Value)) => [],
            _ when command.Kind == IdentifierKind.RegisterNumber && RegisterNumber is not null =>
                Refuse("customer.register-number", "There is one register number at most. Remove the one that is wrong first."),
            _ when Identifiers.Count >= IdentifiersMax => Refuse("customer.identifiers", $"A customer has at most {IdentifiersMax} identifiers. Remove what is of no use."),
            _ => added,
        };
    }

    public Decision Remove(RemoveIdentifier command, Guid identifierId) =>
        Status == CustomerStatus.None ? Unknown("customer")
            : Identifiers.Exists(known => known.IdentifierId == identifierId) ? new CustomerIdentifierRemoved(CustomerId, identifierId, command.Reason)
            : Refuse("identifier.unknown", "The customer has no such identifier, or no longer.");

    public Decision Verify(VerifyData command)
    {
        VerifiedField[] fresh = [.. command.Fields.Distinct().Where(field => !Verified.Contains(field))];
        return Status == CustomerStatus.None ? Unknown("customer")
            : Array.Exists(fresh, field => Of(field) is null) ? Refuse("customer.field-missing", "What is not in the registry cannot be verified. Correct the customer first.")
            : fresh.Length == 0 ? []
            : new CustomerDataVerified(CustomerId, fresh, command.Method);
    }

    /// <summary>Whether both are verified and cannot be one: their birth dates or their register numbers differ.</summary>
    public bool ContradictsVerified(Customer other) => new[] { VerifiedField.BirthDate, VerifiedField.RegisterNumber }.Any(field =>
        Verified.Contains(field) && other.Verified.Contains(field) && Of(field)?.Clear is { } mine && other.Of(field)?.Clear is { } theirs && mine.Trim() != theirs.Trim());

    /// <summary>What of these is said, and so no longer verified.</summary>
    public static IEnumerable<VerifiedField> Said(PersonalData? name, PersonalData? email, PersonalData? phone, PersonalData? birthDate) =>
        new[] { (name, VerifiedField.Name), (email, VerifiedField.Email), (phone, VerifiedField.Phone), (birthDate, VerifiedField.BirthDate) }
            .Where(pair => pair.Item1 is not null).Select(pair => pair.Item2);

    Identifier? RegisterNumber => Identifiers.Find(identifier => identifier.Kind == IdentifierKind.RegisterNumber);

    PersonalData? Of(VerifiedField field) => field switch
    {
        VerifiedField.Name => Name,
        VerifiedField.Email => Email,
        VerifiedField.Phone => Phone,
        VerifiedField.BirthDate => BirthDate,
        _ => RegisterNumber?.Value,
    };

    /// <summary>The field as it was heard, to be sealed anew: sealed bytes belong to the event they came with.</summary>
    static PersonalData? Fresh(PersonalData? heard) => heard?.Clear is { } clear ? PersonalData.From(clear) : null;

    /// <summary>Whether the state after an event is the one we have.</summary>
    bool IsKnown(Customer after) => after with { Interests = Interests, Verified = Verified } == this && after.Interests.SequenceEqual(Interests);

    PersonalData? Changed(PersonalData? said, PersonalData? known) => said is null || said.Of(CustomerId) == known ? null : said.Of(CustomerId);
}
