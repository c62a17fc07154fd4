using CrmSuite.Contracts;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Accounts;

/// <summary>Which forms the fields of an account have.</summary>
static class AccountForm
{
    /// <summary>The longest number or place.</summary>
    public const int TextMax = 64;

    const int NameMax = 200;

    /// <summary>What is wrong with what is known of it; null when nothing is.</summary>
    public static Refusal? Fields(PersonalData? name, string? industry, string? sizeBand, string? country) => 0 switch
    {
        _ when name is not null && !Form.IsLine(name.Clear, NameMax) => new("account.name", $"The name is one line of at most {NameMax} characters."),
        _ when industry is not null && !Form.IsWord(industry) => new("account.industry", "The industry is a word of lower-case letters, digits and hyphens."),
        _ when sizeBand is not null && !Form.IsWord(sizeBand) =>
            new("account.size-band", "The size is a word of lower-case letters, digits and hyphens, for example 50-249."),
        _ when country is not null && !Form.IsLine(country, TextMax) => new("account.country", $"The country is one line of at most {TextMax} characters."),
        _ => null,
    };

    /// <summary>What is wrong with an owner; null when nothing is, or none is named.</summary>
    public static Refusal? Owner(string? ownerId, string? ownerTeam) =>
        (ownerId is null || Form.IsLine(ownerId, Seller.IdMax)) && (ownerTeam is null || Form.IsLine(ownerTeam, Seller.IdMax))
            ? null
            : new("owner.form", "Name the owner by the subject of his sign-in, and his team by its id.");

    /// <summary>A reason is a word of the business.</summary>
    public static Refusal? Reason(string reason) => Form.IsWord(reason)
        ? null : new("reason.form", "The reason is a word of lower-case letters, digits and hyphens.");
}
