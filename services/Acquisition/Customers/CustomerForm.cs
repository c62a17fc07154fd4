using System.Globalization;
using CrmSuite.Contracts;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Customers;

/// <summary>Which forms the fields of a customer have.</summary>
static class CustomerForm
{
    const int InterestsMax = 50;
    const int NameMax = 200;
    const int PlaceMax = 64;
    const int YearMin = 1880;
    const int YearMax = 2100;

    /// <summary>What is wrong with the fields that describe a person; null when nothing is.</summary>
    public static Refusal? Person(PersonalData? name, PersonalData? email, PersonalData? phone, PersonalData? birthDate, int? birthYear, string? country, string? city) => 0 switch
    {
        _ when name is not null && !Form.IsLine(name.Clear, NameMax) => new("customer.name", $"The name is one line of at most {NameMax} characters."),
        _ when email is not null && !IsEmail(email.Clear) => new("customer.email", "The e-mail address has the form name@domain."),
        _ when phone is not null && !IsPhone(phone.Clear) => new("customer.phone", "The telephone number has 5 to 20 digits, a plus and the usual separators."),
        _ when birthDate is not null && Date(birthDate) is not { Year: >= YearMin and <= YearMax } => new("customer.birth-date", $"The birth date is {Era.Day}, from {YearMin} on."),
        _ when birthYear is < YearMin or > YearMax => new("customer.birth-year", $"The birth year has four digits and is not before {YearMin}."),
        _ when birthYear is not null && birthDate is not null && Date(birthDate)!.Value.Year != birthYear => new("customer.birth-year", "Birth date and birth year differ."),
        _ when country is not null && !Form.IsLine(country, PlaceMax) => new("customer.country", $"The country is one line of at most {PlaceMax} characters."),
        _ when city is not null && !Form.IsLine(city, PlaceMax) => new("customer.city", $"The city is one line of at most {PlaceMax} characters."),
        _ => null,
    };

    /// <summary>What is wrong with the fields that say how a customer wants to be met; null when nothing is.</summary>
    public static Refusal? Habits(string? language, string? timeZone, IReadOnlyList<string>? interests) => 0 switch
    {
        _ when language is not null && !Form.IsLanguage(language) => new("customer.language", "The language is a BCP 47 tag, for example de-AT."),
        _ when timeZone is not null && !Form.IsTimeZone(timeZone) => new("customer.time-zone", "The time zone is an IANA name, for example Europe/Vienna."),
        _ when interests is not null && (interests.Count > InterestsMax || interests.Any(interest => !Form.IsWord(interest))) =>
            new("customer.interests", $"Interests are at most {InterestsMax} words of lower-case letters, digits and hyphens."),
        _ => null,
    };

    /// <summary>The refusal of who is not born yet; a day later than today in the farthest zone.</summary>
    public static Decision? Unborn(PersonalData? birthDate, int? birthYear, DateTime at) => BirthYear(birthYear, birthDate) > at.AddDays(1).Year
        || (birthDate is not null && Date(birthDate) > DateOnly.FromDateTime(at.AddDays(1)))
            ? Decision.Refuse("customer.birth-future", "The birth date lies in the future. Is it mistyped?") : null;

    /// <summary>The reference as a personal field.</summary>
    public static PersonalData? Reference(CustomerRef? customer) => customer is null ? null : PersonalData.From(customer.Reference);

    /// <summary>The year as it was said, else the one of the birth date.</summary>
    public static int? BirthYear(int? birthYear, PersonalData? birthDate) => birthYear ?? (birthDate is null ? null : Date(birthDate)?.Year);

    static DateOnly? Date(PersonalData field) =>
        DateOnly.TryParseExact(field.Clear, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    static bool IsEmail(string? text) =>
        Form.IsLine(text, NameMax) && text!.Split('@') is [{ Length: > 0 }, { Length: > 0 }] && !text.Any(char.IsWhiteSpace);

    static bool IsPhone(string? text) =>
        Form.IsLine(text, PlaceMax) && text!.Count(char.IsAsciiDigit) is >= 5 and <= 20 && text!.All(letter => char.IsAsciiDigit(letter) || "+ ()-./".Contains(letter, StringComparison.Ordinal));
}
