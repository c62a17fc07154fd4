using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.TaxTables;

/// <summary>Tax rates of a country. What is not named goes on.</summary>
sealed record PublishTaxes(IReadOnlyList<TaxRate> Rates) : ICommand
{
    public const int RatesMax = 100;

    public Refusal? Invalid() => Rates.Count is < 1 or > RatesMax || Rates.Any(rate => !Form.IsWord(rate.Code) || rate.RateBp is < 0 or > 10_000)
        || Rates.DistinctBy(rate => (rate.Code, rate.FirstDay)).Count() < Rates.Count
            ? new("taxes.rates",
                $"1 to {RatesMax} rates: a code in lower-case letters, digits and hyphens, basis points from 0 to 10000, and a first day of its own.")
            : null;
}

/// <summary>The taxes of one country, in versions: what each code costs from which day on.</summary>
/// <param name="Country">ISO 3166 code.</param>
/// <param name="Version">The newest version.</param>
/// <param name="Rates">By code and first day.</param>
sealed record TaxTable(string Country, int Version, ImmutableList<TaxRate> Rates) : IFold<TaxTable>
{
    const int AllMax = 2_000;

    public static string Category => "sales.taxes";

    public static string Called => "tax table";

    public static TaxTable Initial { get; } = new("", 0, []);

    /// <summary>The stream of a country.</summary>
    public static Guid IdOf(string country) => Ids.Derive("taxes", country);

    /// <summary>Whether the text has the form of a country code.</summary>
    public static bool IsCountry(string? code) => code is { Length: 2 } && code.All(char.IsAsciiLetterUpper);

    public static TaxTable Evolve(TaxTable state, Event fact) => fact is TaxesPublished e ? new(e.Country, e.Version, Together(state.Rates, e.Rates)) : state;

    public Decision Publish(string country, PublishTaxes command) => Together(Rates, command.Rates) switch
    {
        var rates when rates.SequenceEqual(Rates) => [],
        { Count: > AllMax } => Refuse("taxes.too-many", $"A tax table has at most {AllMax} rates."),
        _ => new TaxesPublished(IdOf(country), country, Version + 1, command.Rates),
    };

    /// <summary>The rate of a code on a day; null where there is none.</summary>
    public TaxRate? On(string code, DateOnly day) => Rates.FindLast(rate => rate.Code == code && rate.FirstDay <= day);

    static ImmutableList<TaxRate> Together(ImmutableList<TaxRate> known, IReadOnlyList<TaxRate> told) =>
        [.. told.Concat(known).DistinctBy(rate => (rate.Code, rate.FirstDay)).OrderBy(rate => rate.Code, StringComparer.Ordinal).ThenBy(rate => rate.FirstDay)];
}
