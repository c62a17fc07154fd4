using System.ComponentModel;
using System.Globalization;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.TaxTables;

/// <summary>All tax rates, by country and code.</summary>
sealed class TaxTableList : IView<TaxTableList.Row>
{
    public sealed record Row(
        [property: Description("The rate's own id.")] Guid RateId,
        [property: Description("ISO 3166 code.")] string Country,
        [property: Description("Standard, reduced, zero …")] string Code,
        [property: Description("The first day on which it holds.")] DateOnly FirstDay,
        [property: Description("In basis points of the net.")] int RateBp,
        [property: Description("The version of the table that said so last.")] int Version,
        [property: Description("When that was published.")] DateTime PublishedAt);

    public static string Name => "tax_table_list";
    public static int Version => 1;
    public static string About => "One row for every tax rate of a country, code and first day.";
    public static IReadOnlyList<string> Indexes => ["(country, code, first_day, rate_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event is TaxesPublished e && entry.Category == TaxTable.Category
        ? e.Rates.Select(rate => KeyOf(e.Country, rate)) : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) =>
        entry.Event is TaxesPublished e && e.Rates.FirstOrDefault(rate => KeyOf(e.Country, rate) == key) is { } rate
            ? new(key, e.Country, rate.Code, rate.FirstDay, rate.RateBp, e.Version, entry.OccurredAt) : row;

    public static Task<IResult> Open(Queries queries, string? country, string? after, int? size, CancellationToken ct) => queries.Answer<TaxTableList, Row>(
        $"select * from {Name:name} where ({country}::text is null or country = {country})", "country, code, first_day", after, size, ct);

    static Guid KeyOf(string country, TaxRate rate) => Ids.Derive("tax", country, rate.Code, rate.FirstDay.ToString("O", CultureInfo.InvariantCulture));
}
