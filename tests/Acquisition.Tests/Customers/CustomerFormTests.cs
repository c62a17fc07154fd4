using CrmSuite.Acquisition.Customers;
using CrmSuite.Contracts;

namespace CrmSuite.Acquisition.Tests.Customers;

public sealed class CustomerFormTests
{
    static readonly RegisterCustomer Good = new(
        Name: PersonalData.From("Ann Lee"), Email: PersonalData.From("ann@example.org"), Phone: PersonalData.From("+43 (316) 12-34.56"), BirthDate: PersonalData.From("1984-02-29"),
        BirthYear: 1984, Country: "Österreich", City: "Graz", Language: "zh-Hant-TW", TimeZone: "Pacific/Kiritimati", Interests: ["tea"], Basis: new("consent", "newsletter"));

    [Theory]
    [InlineData("2026-03-03", null, null)] // Tomorrow has begun somewhere.
    [InlineData("2026-03-04", null, "customer.birth-future")]
    [InlineData(null, 2026, null)]
    [InlineData(null, 2027, "customer.birth-future")]
    [InlineData(null, null, null)]
    public void Nobody_is_born_in_the_future(string? date, int? year, string? code) => Assert.Equal(code,
        CustomerForm.Unborn(date is null ? null : PersonalData.From(date), year, new(2026, 3, 2, 12, 0, 0, DateTimeKind.Utc))?.Refusal?.Code);

    [Fact]
    public void A_command_with_good_values_has_nothing_wrong() => Assert.Null(Good.Invalid());

    public static TheoryData<string, string> BadValues => new()
    {
        { "customer.reference", "two" }, { "customer.reference", "telephone" }, { "customer.name", "name" }, { "customer.email", "e-mail" }, { "customer.phone", "phone" },
        { "customer.birth-date", "no date" }, { "customer.birth-date", "long ago" }, { "customer.birth-year", "year" }, { "customer.birth-year", "other year" },
        { "customer.country", "country" }, { "customer.city", "city" }, { "customer.language", "language" }, { "customer.time-zone", "zone" },
        { "customer.interests", "interest" }, { "customer.interests", "interests" }, { "basis.form", "basis" },
    };

    [Theory, MemberData(nameof(BadValues))]
    public void A_command_with_a_bad_value_says_which(string code, string which) => Assert.Equal(code, Bad(which).Invalid()?.Code);

    [Fact]
    public void A_correction_gives_its_reason_as_a_word() => Assert.Equal("customer.reason", new CorrectCustomer("She moved").Invalid()?.Code);

    [Fact]
    public void A_correction_is_looked_at_as_closely() => Assert.Equal("customer.email", new CorrectCustomer("typo", Email: PersonalData.From("ann")).Invalid()?.Code);

    [Fact]
    public void A_preferred_currency_is_an_iso_code() => Assert.Equal("customer.currency", new SetPreferences(Currency: "Euro").Invalid()?.Code);

    static RegisterCustomer Bad(string which) => which switch
    {
        "two" => Good with { CustomerId = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90"), Customer = new("shop", "1") },
        "telephone" => Good with { Customer = new("shop", "+43 316 123456") },
        "name" => Good with { Name = PersonalData.From("Ann\nLee") },
        "e-mail" => Good with { Email = PersonalData.From("ann@home@example.org") },
        "phone" => Good with { Phone = PersonalData.From("call me") },
        "no date" => Good with { BirthDate = PersonalData.From("29.02.1984") },
        "long ago" => Good with { BirthDate = PersonalData.From("1484-02-29"), BirthYear = null },
        "year" => Good with { BirthDate = null, BirthYear = 84 },
        "other year" => Good with { BirthYear = 1985 },
        "country" => Good with { Country = new('x', 65) },
        "city" => Good with { City = "" },
        "language" => Good with { Language = "German" },
        "zone" => Good with { TimeZone = "Europe/Graz" },
        "interest" => Good with { Interests = ["Tea and cakes"] },
        "interests" => Good with { Interests = [.. Enumerable.Range(0, 51).Select(i => $"tea-{i}")] },
        _ => Good with { Basis = new("habit", "newsletter") },
    };
}
