using CrmSuite.Contracts;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Contacts;

/// <summary>Which forms the fields of a contact have.</summary>
static class ContactForm
{
    const int NameMax = 200;
    const int PhoneMax = 64;

    /// <summary>What is wrong with the personal fields; null when nothing is.</summary>
    public static Refusal? Person(PersonalData? name, PersonalData? email, PersonalData? phone) => 0 switch
    {
        _ when name is not null && !Form.IsLine(name.Clear, NameMax) => new("contact.name", $"The name is one line of at most {NameMax} characters."),
        _ when email is not null && !IsEmail(email.Clear) => new("contact.email", "The e-mail address has the form name@domain."),
        _ when phone is not null && !IsPhone(phone.Clear) => new("contact.phone", "The telephone number has 5 to 20 digits, a plus and the usual separators."),
        _ => null,
    };

    /// <summary>What is wrong with how he wants to be met; null when nothing is.</summary>
    public static Refusal? Habits(string? language, string? timeZone) => 0 switch
    {
        _ when language is not null && !Form.IsLanguage(language) => new("contact.language", "The language is a BCP 47 tag, for example de-AT."),
        _ when timeZone is not null && !Form.IsTimeZone(timeZone) => new("contact.time-zone", "The time zone is an IANA name, for example Europe/Vienna."),
        _ => null,
    };

    static bool IsEmail(string? text) => Form.IsLine(text, NameMax) && text!.Split('@') is [{ Length: > 0 }, { Length: > 0 }] && !text.Any(char.IsWhiteSpace);

    static bool IsPhone(string? text) =>
        Form.IsLine(text, PhoneMax) && text!.Count(char.IsAsciiDigit) is >= 5 and <= 20
            && text!.All(letter => char.IsAsciiDigit(letter) || "+ ()-./".Contains(letter, StringComparison.Ordinal));
}
