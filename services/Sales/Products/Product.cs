using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Products;

/// <summary>Something is sold, or is told otherwise in the catalogue.</summary>
/// <param name="Name">What it is called on paper.</param>
/// <param name="Unit">In what it is counted; default <c>piece</c>.</param>
/// <param name="TaxCode">How it is taxed; default <c>standard</c>.</param>
/// <param name="Family">What it belongs to.</param>
/// <param name="Names">What it is called in a language, by its tag.</param>
sealed record ListProduct(
    string Name, string Unit = "piece", string TaxCode = "standard", string? Family = null, IReadOnlyDictionary<string, string>? Names = null) : ICommand
{
    const int NameMax = 200;
    const int NamesMax = 20;

    public Refusal? Invalid() => this switch
    {
        _ when !Form.IsLine(Name, NameMax) => new("product.name", $"The name is one line of at most {NameMax} characters."),
        _ when !Form.IsWord(Unit) || !Form.IsWord(TaxCode) || (Family is not null && !Form.IsWord(Family)) =>
            new("product.word", "Unit, tax code and family are words of lower-case letters, digits and hyphens."),
        { Names: { } names } when names.Count > NamesMax || names.Any(name => !Form.IsLanguage(name.Key) || !Form.IsLine(name.Value, NameMax)) =>
            new("product.names", $"Names are at most {NamesMax} lines of at most {NameMax} characters, each by a language, for example lv."),
        _ => null,
    };
}

/// <summary>It is sold no longer.</summary>
sealed record RetireProduct(string Reason) : ICommand
{
    public Refusal? Invalid() => Form.IsWord(Reason) ? null : new("reason.form", "The reason is a word of lower-case letters, digits and hyphens.");
}

enum ProductStatus { None, Listed, Retired }

/// <summary>Something that is sold, while it is.</summary>
sealed record Product(
    Guid ProductId, ProductStatus Status, string Code, string Name, string Unit, string TaxCode, string? Family,
    ImmutableSortedDictionary<string, string> Names)
    : IFold<Product>
{
    public static string Category => "sales.product";

    public static Product Initial { get; } = new(default, ProductStatus.None, "", "", "", "", null, ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>The stream of a code.</summary>
    public static Guid IdOf(string code) => Ids.Derive("product", code);

    public static Product Evolve(Product state, Event fact) => fact switch
    {
        ProductListed e => new(e.ProductId, ProductStatus.Listed, e.Code, e.Name, e.Unit, e.TaxCode, e.Family, Sorted(e.Names)),
        ProductChanged e => new(e.ProductId, state.Status, e.Code, e.Name, e.Unit, e.TaxCode, e.Family, Sorted(e.Names)),
        ProductRetired => state with { Status = ProductStatus.Retired },
        _ => state,
    };

    public Decision List(string code, ListProduct command) => Status switch
    {
        ProductStatus.Listed when Says(command) => [],
        ProductStatus.Listed => new ProductChanged(IdOf(code), code, command.Name, command.Unit, command.TaxCode, command.Family, command.Names),
        _ => new ProductListed(IdOf(code), code, command.Name, command.Unit, command.TaxCode, command.Family, command.Names),
    };

    public Decision Retire(RetireProduct command) => Status switch
    {
        ProductStatus.None => Unknown("product"),
        ProductStatus.Retired => [],
        _ => new ProductRetired(ProductId, Code, command.Reason),
    };

    /// <summary>What it is called in a language; what is said of a language counts for its countries too.</summary>
    public string NameIn(string language) => Names.TryGetValue(language, out var name) || Names.TryGetValue(language.Split('-')[0], out name) ? name : Name;

    bool Says(ListProduct command) => (command.Name, command.Unit, command.TaxCode, command.Family) == (Name, Unit, TaxCode, Family)
        && Sorted(command.Names).SequenceEqual(Names);

    static ImmutableSortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string>? names) =>
        (names ?? ImmutableDictionary<string, string>.Empty).ToImmutableSortedDictionary(StringComparer.Ordinal);
}
