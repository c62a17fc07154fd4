namespace CrmSuite.Contracts.Sales;

/// <summary>Sales learnt to know a person. He is a customer of the registry and his stream bears that id; personal fields are sealed under his own
/// key.</summary>
/// <param name="CustomerId">The person.</param>
/// <param name="Name">His name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Source">The system he comes from, a short lower-case word.</param>
/// <param name="Reference">How that system names him.</param>
/// <param name="Force">Why he was added although others look the same, as a code of the business.</param>
[EventName("sales.contact-added.1")]
public sealed record ContactAdded(
    Guid CustomerId,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null,
    string? Language = null,
    string? TimeZone = null,
    string? Source = null,
    PersonalData? Reference = null,
    string? Force = null) : Event, ICustomerFact;

/// <summary>What was known of the person was wrong or out of date; only what is named changes.</summary>
/// <param name="CustomerId">The person.</param>
/// <param name="Reason">Why, as a code of the business.</param>
/// <param name="Name">His name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="TimeZone">IANA zone.</param>
[EventName("sales.contact-corrected.1")]
public sealed record ContactCorrected(
    Guid CustomerId,
    string Reason,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null,
    string? Language = null,
    string? TimeZone = null) : Event, ICustomerFact;
