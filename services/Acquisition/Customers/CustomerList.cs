using System.ComponentModel;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Customers;

/// <summary>Who is in the registry, newest first: one row for every customer, without a personal field.</summary>
sealed class CustomerList : IView<CustomerList.Row>
{
    public sealed record Row(
        [property: Description("The customer; tells nothing about him.")] Guid CustomerId,
        [property: Description("provisional (known by hearsay) or confirmed.")] CustomerStatus Status,
        [property: Description("person or organisation.")] CustomerKind Kind,
        [property: Description("The system he comes from.")] string? Source,
        [property: Description("Birth year.")] int? BirthYear,
        [property: Description("As he states it.")] Gender? Gender,
        [property: Description("Country.")] string? Country,
        [property: Description("City.")] string? City,
        [property: Description("BCP 47 tag.")] string? Language,
        [property: Description("IANA zone.")] string? TimeZone,
        [property: Description("Preferred currency, ISO 4217.")] string? Currency,
        [property: Description("How he likes to be spoken to: direct or indirect.")] Style? Style,
        [property: Description("What he cares about.")] IReadOnlyList<string> Interests,
        [property: Description("What of him was verified.")] IReadOnlyList<VerifiedField> Verified,
        [property: Description("When he entered the registry.")] DateTime RegisteredAt,
        [property: Description("When something last changed.")] DateTime ChangedAt);

    public static string Name => "customer_list";
    public static int Version => 2;
    public static string About => "One row for every customer of the registry, without personal fields.";
    public static IReadOnlyList<string> Indexes => ["(registered_at desc, customer_id)", "(country, registered_at desc, customer_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Customer.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        CustomerRegistered e => new(key, e.Provisional ? CustomerStatus.Provisional : CustomerStatus.Confirmed, e.Kind, e.Source ?? row?.Source, e.BirthYear ?? row?.BirthYear,
            e.Gender ?? row?.Gender, e.Country ?? row?.Country, e.City ?? row?.City, e.Language ?? row?.Language, e.TimeZone ?? row?.TimeZone, row?.Currency, row?.Style,
            e.Interests ?? row?.Interests ?? [],
            Still(row, Customer.Said(e.Name, e.Email, e.Phone, e.BirthDate)), row?.RegisteredAt ?? entry.OccurredAt, entry.OccurredAt),
        CustomerCorrected e when row is not null => row with
        {
            BirthYear = e.BirthYear ?? row.BirthYear,
            Gender = e.Gender ?? row.Gender,
            Country = e.Country ?? row.Country,
            City = e.City ?? row.City,
            Verified = Still(row, Customer.Said(e.Name, e.Email, e.Phone, e.BirthDate)),
            ChangedAt = entry.OccurredAt,
        },
        CustomerDataVerified e when row is not null => row with { Verified = [.. row.Verified.Union(e.Fields).Order()], ChangedAt = entry.OccurredAt },
        CustomerIdentifierAdded or CustomerIdentifierRemoved when row is not null => row with { ChangedAt = entry.OccurredAt },
        CustomerPreferencesSet e when row is not null => row with
        {
            Language = e.Language,
            TimeZone = e.TimeZone,
            Currency = e.Currency,
            Style = e.Style,
            Interests = e.Interests,
            ChangedAt = entry.OccurredAt,
        },
        _ => row,
    };

    static List<VerifiedField> Still(Row? row, IEnumerable<VerifiedField> said) => [.. (row?.Verified ?? []).Except(said)];

    public static Task<IResult> Open(Queries queries, string? status, string? country, string? after, int? size, CancellationToken ct) => queries.Answer<CustomerList, Row>(
        $"select * from {Name:name} where ({status}::text is null or status = {status}) and ({country}::text is null or country = {country})", "registered_at desc", after, size, ct);
}
