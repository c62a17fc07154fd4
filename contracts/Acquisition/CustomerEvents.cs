namespace CrmSuite.Contracts.Acquisition;

/// <summary>What a customer of the registry is.</summary>
public enum CustomerKind
{
    /// <summary>A natural person.</summary>
    Person,

    /// <summary>A company, an authority, a club.</summary>
    Organisation,
}

/// <summary>As the customer states it.</summary>
public enum Gender
{
    /// <summary>Female.</summary>
    Female,

    /// <summary>Male.</summary>
    Male,

    /// <summary>Neither, or both.</summary>
    Diverse,
}

/// <summary>How a customer likes to be spoken to.</summary>
public enum Style
{
    /// <summary>The point first.</summary>
    Direct,

    /// <summary>The relation first.</summary>
    Indirect,
}

/// <summary>
/// A customer entered the registry. Provisional = known only from a fact of another department; registered once more he is confirmed, and what was not
/// said again stays. Personal fields are sealed under the customer's own key.
/// </summary>
/// <param name="CustomerId">The customer; tells nothing about him (rulings.md 2).</param>
/// <param name="Provisional">Whether he is known only by hearsay.</param>
/// <param name="Kind">Person or organisation.</param>
/// <param name="Source">The system he comes from, a short lower-case word.</param>
/// <param name="Reference">How that system names him.</param>
/// <param name="Name">His name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
/// <param name="BirthDate">His birth date, <c>yyyy-MM-dd</c>.</param>
/// <param name="BirthYear">The year alone, for segments.</param>
/// <param name="Gender">As he states it.</param>
/// <param name="Country">Country, as the source says it.</param>
/// <param name="City">City.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Interests">What he cares about, as words of the business.</param>
[EventName("acquisition.customer-registered.1")]
public sealed record CustomerRegistered(
    Guid CustomerId,
    bool Provisional,
    CustomerKind Kind,
    string? Source = null,
    PersonalData? Reference = null,
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
    IReadOnlyList<string>? Interests = null) : Event, ICustomerFact;

/// <summary>What the registry held was wrong or out of date. Only what is named changes; what it was before stands in the history.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Name">His name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
/// <param name="BirthDate">His birth date, <c>yyyy-MM-dd</c>.</param>
/// <param name="BirthYear">The year alone.</param>
/// <param name="Gender">As he states it.</param>
/// <param name="Country">Country.</param>
/// <param name="City">City.</param>
[EventName("acquisition.customer-corrected.1")]
public sealed record CustomerCorrected(
    Guid CustomerId,
    string Reason,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null,
    PersonalData? BirthDate = null,
    int? BirthYear = null,
    Gender? Gender = null,
    string? Country = null,
    string? City = null) : Event, ICustomerFact;

/// <summary>How the customer wants to be met, as a whole: what is null is not known.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Style">How he likes to be spoken to.</param>
/// <param name="Interests">What he cares about, as words of the business.</param>
[EventName("acquisition.customer-preferences-set.1")]
public sealed record CustomerPreferencesSet(
    Guid CustomerId, string? Language, string? TimeZone, string? Currency, Style? Style, IReadOnlyList<string> Interests) : Event, ICustomerFact;

/// <summary>By what else a customer is known.</summary>
public enum IdentifierKind
{
    /// <summary>Another e-mail address.</summary>
    Email,

    /// <summary>Another telephone number.</summary>
    Phone,

    /// <summary>How another system names him.</summary>
    External,

    /// <summary>A device or browser of his.</summary>
    Device,

    /// <summary>His name in a social network.</summary>
    Social,

    /// <summary>The number under which an organisation stands in its register. There is one at most.</summary>
    RegisterNumber,
}

/// <summary>What of a customer can be verified.</summary>
public enum VerifiedField
{
    /// <summary>The name.</summary>
    Name,

    /// <summary>The e-mail address.</summary>
    Email,

    /// <summary>The telephone number.</summary>
    Phone,

    /// <summary>The birth date.</summary>
    BirthDate,

    /// <summary>The register number, an identifier of that kind.</summary>
    RegisterNumber,
}

/// <summary>The customer is known by something more.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="IdentifierId">The identifier.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Source">The system, network or register in which it names him, a short lower-case word.</param>
/// <param name="Value">The identifier itself.</param>
[EventName("acquisition.customer-identifier-added.1")]
public sealed record CustomerIdentifierAdded(Guid CustomerId, Guid IdentifierId, IdentifierKind Kind, string? Source = null, PersonalData? Value = null) : Event, ICustomerFact;

/// <summary>The customer is not, or no longer, known by this.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="IdentifierId">The identifier.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("acquisition.customer-identifier-removed.1")]
public sealed record CustomerIdentifierRemoved(Guid CustomerId, Guid IdentifierId, string Reason) : Event, ICustomerFact;

/// <summary>Somebody has made sure that these fields are right, as they stood. A field that is corrected is not verified any more.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Fields">What was verified.</param>
/// <param name="Method">How, as a code of the business.</param>
[EventName("acquisition.customer-data-verified.1")]
public sealed record CustomerDataVerified(Guid CustomerId, IReadOnlyList<VerifiedField> Fields, string Method) : Event, ICustomerFact;
