using System.ComponentModel;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Handovers;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Views;

namespace CrmSuite.Sales.Lookups;

/// <summary>Accounts, people, deals and leads by name, e-mail and telephone, in the clear: to be looked for, and not opened twice.</summary>
sealed class PiiLookup : IPersonalView<PiiLookup.Row>
{
    public sealed record Row(
        [property: Description("The account, contact, opportunity or lead.")] Guid Id,
        [property: Description("What it is.")] string Noun,
        [property: Description("Whose fields these are; the row goes when his key is destroyed.")] Guid Person,
        [property: Description("Its name or title.")] string? Name,
        [property: Description("His e-mail address.")] string? Email,
        [property: Description("His telephone number.")] string? Phone,
        [property: Description("Where it is, as the source says it.")] string? Country,
        [property: Description("Whether it is the name of an organisation.")] bool IsOrganisation,
        [property: Description("The words under which it is found.")] string Words,
        [property: Description("The organisation's name and country, folded: equal for what looks the same.")] string? NameKey,
        [property: Description("The e-mail address, folded.")] string? EmailKey,
        [property: Description("The telephone number in E.164 form.")] string? PhoneKey);

    /// <summary>What is found.</summary>
    public sealed record Hit(Guid Id, string Noun, string? Name, string? Email, string? Phone);

    /// <summary>How many candidates a refusal names.</summary>
    const int CandidatesMax = 10;

    public static string Name => "pii_lookup";
    public static int Version => 2;
    public static string About => "Accounts, people, deals and leads by name, e-mail and telephone, in the clear as long as the person's key lives.";
    public static IReadOnlyList<string> Indexes =>
    [
        "using gin (array_to_tsvector(string_to_array(words, ' ')))", "(person)", "(name_key) where name_key is not null",
        "(email_key) where email_key is not null", "(phone_key) where phone_key is not null",
    ];

    public static IEnumerable<Guid> Keys(Recorded entry) =>
        entry.Category is var noun && (noun == Account.Category || noun == Contact.Category || noun == Opportunity.Category || noun == Handover.Category)
            ? [entry.Id] : [];

    // An erased person's fields are not there: what only names him again makes no row.
    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        AccountOpened e => Of(key, "account", e.CustomerId, e.Name, null, null, e.Country, e.Kind == AccountKind.Organisation),
        AccountFieldsSet e when row is not null => Of(row with { Name = e.Name?.Clear ?? row.Name, Country = e.Country ?? row.Country }),
        ContactAdded e => Of(key, "contact", e.CustomerId, e.Name, e.Email, e.Phone, null, false),
        ContactCorrected e when row is not null =>
            Of(row with { Name = e.Name?.Clear ?? row.Name, Email = e.Email?.Clear ?? row.Email, Phone = e.Phone?.Clear ?? row.Phone }),
        OpportunityOpened e => Of(key, "opportunity", e.CustomerId, e.Title, null, null, null, false),
        HandoverAnnounced e => Of(key, "lead", e.CustomerId, e.Name ?? e.Company, e.Email, e.Phone, null, false),
        _ => row,
    };

    /// <summary>What is found by a text, a page at a time.</summary>
    public static async Task<Page<Hit>> Find(Queries queries, string text, string? noun, string? after, int size, CancellationToken ct) =>
        Lookup.Query(text) is { } query
            ? await queries.Page<Hit>($"""
                select id, noun, name, email, phone from {Name:name}
                where array_to_tsvector(string_to_array(words, ' ')) @@ {query}::tsquery and ({noun}::text is null or noun = {noun})
                """, "noun", after, size, ct)
            : new([], null);

    /// <summary>The accounts of the same name in the same country; none where one of them is not said.</summary>
    public static Task<IReadOnlyList<Guid>> Accounts(Queries queries, PersonalData? name, string? country, Guid except, CancellationToken ct) =>
        Twins(queries, "account", Key(name, country), null, null, except, ct);

    /// <summary>The persons with the same e-mail address or telephone number.</summary>
    public static Task<IReadOnlyList<Guid>> Contacts(Queries queries, PersonalData? email, PersonalData? phone, Guid except, CancellationToken ct) =>
        Twins(queries, "contact", null, Folded.Email(email?.Clear), Folded.Phone(phone?.Clear, null), except, ct);

    /// <summary>An organisation's name and country, equal for what looks the same; null where one of them is not said.</summary>
    public static string? Key(PersonalData? name, string? country) => Key(name?.Clear, country);

    static async Task<IReadOnlyList<Guid>> Twins(Queries queries, string noun, string? name, string? email, string? phone, Guid except, CancellationToken ct)
    {
        try
        {
            return (name ?? email ?? phone) is null ? [] : await queries.Query<Guid>($"""
                select id from {Name:name} where noun = {noun} and id <> {except} and (name_key = {name} or email_key = {email} or phone_key = {phone})
                order by id limit {CandidatesMax}
                """, ct);
        }
        catch (ViewProblemException behind) when (behind.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return []; // A list that lags keeps nobody from selling: what slips through is proposed as a duplicate by the registry.
        }
    }

    static Row Of(Guid id, string noun, Guid person, PersonalData? name, PersonalData? email, PersonalData? phone, string? country, bool isOrganisation) =>
        Of(new(id, noun, person, name?.Clear, email?.Clear, phone?.Clear, country, isOrganisation, "", null, null, null));

    static Row Of(Row row) => row with
    {
        Words = Lookup.Words(row.Name, row.Email, row.Phone),
        NameKey = row.IsOrganisation ? Key(row.Name, row.Country) : null,
        EmailKey = Folded.Email(row.Email),
        PhoneKey = Folded.Phone(row.Phone, null),
    };

    static string? Key(string? name, string? country) => (Folded.Organisation(name), Folded.Country(country)) is ({ } folded, { } where) ? $"{folded}, {where}" : null;
}
