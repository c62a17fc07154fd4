using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Products;

static class ProductEndpoints
{
    public static IEndpointRouteBuilder MapProducts(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/products").RequirePermission("sales:read");
        var operate = app.MapGroup("/products").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/{code}/list", (string code, ListProduct command, Cause cause, IJournal journal, CancellationToken ct) => Form.IsWord(code)
            ? journal.Decide<Product>(Product.IdOf(code), cause, product => product.List(code, command), ct).ToHttp(_ => $"products/{code}")
            : Task.FromResult(Problems.Result(StatusCodes.Status400BadRequest, "product.code",
                "A product's code is a word of lower-case letters, digits and hyphens.")));

        operate.MapPost("/{code}/retire", (string code, RetireProduct command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Product>(Product.IdOf(code), cause, product => product.Retire(command), ct).ToHttp());

        read.MapGet("", ([WordOf(typeof(ProductStatus))] string? status, string? family, string? after, int? size, Queries queries, CancellationToken ct) =>
            ProductList.Open(queries, status, family, after, size, ct));

        read.MapGet("/{code}", (string code, DateTime? asOf, IJournal journal, CancellationToken ct) =>
            journal.Show<Product>(Product.IdOf(code), product => product, ct, asOf));

        read.MapGet("/{code}/timeline", (string code, IJournal journal, CancellationToken ct) => journal.Timeline<Product>(Product.IdOf(code), ct));

        return app;
    }

    /// <summary>The answer to a command that names a product there never was; null when all of them are or were in the catalogue.</summary>
    internal static async Task<IResult?> Refuse(IJournal journal, IEnumerable<string> codes, CancellationToken ct)
    {
        var asked = await Task.WhenAll(codes.Distinct().Select(async code => (Code: code, (await journal.Load<Product>(Product.IdOf(code), ct)).Version)));
        return Array.Find(asked, product => product.Version < 0) is { Code: { } unknown }
            ? Problems.Result(StatusCodes.Status422UnprocessableEntity, "product.unknown",
                $"The catalogue has no product '{unknown}'. List it first, or name one of those under products.")
            : null;
    }
}
