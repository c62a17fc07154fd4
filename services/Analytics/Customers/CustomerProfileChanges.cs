using System.ComponentModel;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Customers;

/// <summary>What was learnt about customers, when: one row for each event of the registry. The non-personal profile as of any instant is their sum in order.</summary>
sealed class CustomerProfileChanges : IView<CustomerProfileChanges.Row>
{
    public sealed record Row(
        [property: Description("The event.")] Guid EventId,
        [property: Description("Whom it concerns.")] Guid CustomerId,
        [property: Description("Business time.")] DateTime OccurredAt,
        [property: Description("When Acquisition accepted it.")] DateTime RecordedAt,
        [property: Description("Its position in the company's store.")] long Position,
        [property: Description("The department's pack in which it came: the axis of what was known.")] long PackNo,
        [property: Description("The fields that it set; what it does not name stays, a null clears.")] IReadOnlyDictionary<string, object?> Fields);

    public static string Name => "customer_profile_changes";
    public static int Version => 2;
    public static string About => "What was learnt about customers, when; non-personal fields only.";
    public static IReadOnlyList<string> Indexes => ["(customer_id, occurred_at)", "(position)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == "acquisition.customer" ? [entry.EventId] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        CustomerRegistered e => Of(entry, e.CustomerId, Said(
            ("kind", Word<CustomerKind>(e.Kind)), ("gender", Word(e.Gender)), ("birth-year", e.BirthYear), ("country", e.Country), ("city", e.City),
            ("language", e.Language), ("time-zone", e.TimeZone), ("interests", e.Interests), ("provisional", e.Provisional))),
        CustomerCorrected e => Of(entry, e.CustomerId, Said(("gender", Word(e.Gender)), ("birth-year", e.BirthYear), ("country", e.Country), ("city", e.City))),
        CustomerPreferencesSet e => Of(entry, e.CustomerId, new()
        {
            ["language"] = e.Language,
            ["time-zone"] = e.TimeZone,
            ["currency"] = e.Currency,
            ["interests"] = e.Interests,
        }),
        _ => row,
    };

    static Row Of(Recorded entry, Guid customer, Dictionary<string, object?> fields) =>
        new(entry.EventId, customer, entry.OccurredAt, entry.RecordedAt, entry.Position.Number, entry.PackNo ?? 0, fields);

    static Dictionary<string, object?> Said(params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var said = new Dictionary<string, object?>();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                said[name] = value;
            }
        }

        return said;
    }

#pragma warning disable CA1308 // The words of the rule language are lower case.
    static string? Word<T>(T? value) where T : struct, Enum => value?.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
