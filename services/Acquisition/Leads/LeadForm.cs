using CrmSuite.Acquisition.Customers;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Leads;

/// <summary>Which forms the fields of a lead, and the conditions on them, have.</summary>
static class LeadForm
{
    public const int NameMax = 200;
    public const int TextMax = 64;

    const int ProductsMax = 50;
    const int WordsMax = 100;

    /// <summary>A reason is a word of the business.</summary>
    public static Refusal? Reason(string? reason) => Form.IsWord(reason)
        ? null : new("reason.form", "The reason is a word of lower-case letters, digits and hyphens.");

    /// <summary>A day on which somebody comes back to him lies ahead, or is today.</summary>
    public static Decision? Past(DateOnly? recallOn, DateTime at) => recallOn < DateOnly.FromDateTime(at)
        ? Decision.Refuse("lead.recall-past", "The day on which somebody comes back to him has passed. Name today or a later one.") : null;

    /// <summary>What is wrong with the personal fields; null when nothing is.</summary>
    public static Refusal? Person(PersonalData? name, PersonalData? email, PersonalData? phone, PersonalData? company) =>
        company is not null && !Form.IsLine(company.Clear, NameMax) ? new("lead.company", $"The company is one line of at most {NameMax} characters.")
            : CustomerForm.Person(name, email, phone, null, null, null, null);

    /// <summary>What is wrong with what is known of the lead; null when nothing is.</summary>
    public static Refusal? Fields(
        string? campaign, string? country, string? language, string? industry, string? sizeBand, string? budgetBand, IReadOnlyList<string>? products) =>
            0 switch
            {
                _ when language is not null && !Form.IsLanguage(language) => new("lead.language", "The language is a BCP 47 tag, for example de-AT."),
                _ when country is not null && !Form.IsLine(country, TextMax) => new("lead.country", $"The country is one line of at most {TextMax} characters."),
                _ when new[] { campaign, industry, sizeBand, budgetBand }.Any(word => word is not null && !Form.IsWord(word)) =>
                    new("lead.word", "Campaign, industry, size and budget are words of lower-case letters, digits and hyphens."),
                _ when products is not null && (products.Count > ProductsMax || products.Any(product => !Form.IsLine(product, TextMax))) =>
                    new("lead.products", $"Products are at most {ProductsMax} codes of at most {TextMax} characters."),
                _ => null,
            };

    /// <summary>What is wrong with a condition; null when nothing is.</summary>
    public static Refusal? Invalid(this LeadCondition condition) =>
        condition.AtLeast is >= 1 and <= WordsMax && condition.AnyOf is not { Count: < 1 or > WordsMax }
            && condition.AnyOf?.All(word => Form.IsLine(word, TextMax)) is not false
            ? null
            : new("condition.form", $"A condition names a field, perhaps 1 to {WordsMax} words that count, and how many of them must be there.");
}
