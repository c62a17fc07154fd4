using CrmSuite.Acquisition.Customers;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Testing;

namespace CrmSuite.Acquisition.Tests.Customers;

public sealed class CustomerListTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly CustomerRegistered Heard = new(Id, true, CustomerKind.Person, "shop", Country: "Austria");
    static readonly CustomerRegistered Registered =
        new(Id, false, CustomerKind.Person, Name: PersonalData.From("Ann Lee").Of(Id), BirthYear: 1984, Gender: Gender.Female, City: "Graz", Language: "de", TimeZone: "Europe/Vienna", Interests: ["tea"]);

    [Fact]
    public void Somebody_heard_of_has_a_provisional_row()
    {
        var row = Fold(Heard)!;

        Assert.Equal((Id, CustomerStatus.Provisional, "shop", "Austria", Today), (row.CustomerId, row.Status, row.Source, row.Country, row.RegisteredAt));
        Assert.Empty(row.Interests);
    }

    [Fact]
    public void Confirming_him_keeps_what_was_known_and_when_he_came()
    {
        var row = Fold(Heard, Registered)!;

        Assert.Equal((CustomerStatus.Confirmed, "shop", "Austria", "Graz", 1984, Today, Today.AddHours(1)), (row.Status, row.Source, row.Country, row.City, row.BirthYear, row.RegisteredAt, row.ChangedAt));
        Assert.Equal(["tea"], row.Interests);
    }

    [Fact]
    public void A_correction_changes_what_it_names() =>
        Assert.Equal(("Passau", "Austria", 1984), Fold(Heard, Registered, new CustomerCorrected(Id, "moved", City: "Passau")) is { } row ? (row.City, row.Country, row.BirthYear) : default);

    [Fact]
    public void Preferences_replace_what_was_there() =>
        Assert.Equal(("en", null, "EUR", Style.Direct, 0), Fold(Registered, new CustomerPreferencesSet(Id, "en", null, "EUR", Style.Direct, [])) is { } row
            ? (row.Language, row.TimeZone, row.Currency, row.Style, row.Interests.Count) : default);

    [Fact]
    public void What_was_verified_stands_until_it_is_corrected()
    {
        var verified = new CustomerDataVerified(Id, [VerifiedField.BirthDate, VerifiedField.Name], "identity-card");

        Assert.Equal([VerifiedField.Name, VerifiedField.BirthDate], Fold(Registered, verified)!.Verified);
        Assert.Equal([VerifiedField.BirthDate], Fold(Registered, verified, new CustomerCorrected(Id, "typo", PersonalData.From("Ann Lea").Of(Id)))!.Verified);
    }

    [Fact]
    public void No_personal_field_has_a_column() =>
        Assert.DoesNotContain(typeof(CustomerList.Row).GetProperties(), column => column.PropertyType == typeof(PersonalData) || column.Name is "Name" or "Email" or "Phone" or "BirthDate" or "Reference");

    static CustomerList.Row? Fold(params Event[] facts) =>
        Entries.Fold<Customer, CustomerList.Row, CustomerList>(Id, [.. facts.Select((fact, hour) => (Today.AddHours(hour), fact))]);
}
