using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Products;

/// <summary>The catalogue: one row for every product, by code.</summary>
sealed class ProductList : IView<ProductList.Row>
{
    public sealed record Row(
        [property: Description("The product.")] Guid ProductId,
        [property: Description("What it is called in lists and files.")] string Code,
        [property: Description("listed or retired.")] ProductStatus Status,
        [property: Description("What it is called on paper.")] string Name,
        [property: Description("In what it is counted.")] string Unit,
        [property: Description("How it is taxed.")] string TaxCode,
        [property: Description("What it belongs to.")] string? Family,
        [property: Description("When something last changed.")] DateTime ChangedAt);

    public static string Name => "product_list";
    public static int Version => 1;
    public static string About => "One row for every product, retired ones too.";
    public static IReadOnlyList<string> Indexes => ["(code)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Product.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        ProductListed e => new(key, e.Code, ProductStatus.Listed, e.Name, e.Unit, e.TaxCode, e.Family, entry.OccurredAt),
        ProductChanged e when row is not null =>
            row with { Name = e.Name, Unit = e.Unit, TaxCode = e.TaxCode, Family = e.Family, ChangedAt = entry.OccurredAt },
        ProductRetired when row is not null => row with { Status = ProductStatus.Retired, ChangedAt = entry.OccurredAt },
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? status, string? family, string? after, int? size, CancellationToken ct) =>
        queries.Answer<ProductList, Row>($"""
            select * from {Name:name} where ({status}::text is null or status = {status}) and ({family}::text is null or family = {family})
            """, "code", after, size, ct);
}
