using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Products;
using CrmSuite.Sales.Quotes;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.PriceBooks;

static class PriceBookEndpoints
{
    public static IEndpointRouteBuilder MapPriceBooks(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("").RequirePermission("sales:read");
        var operate = app.MapGroup("").RequirePermission("sales:operate").CheckCommands();

        operate.MapPost("/pricebooks/{name}/publish", async (string name, PublishPrices command, Cause cause, IJournal journal, CancellationToken ct) =>
            !Form.IsWord(name) ? NoName()
                : await ProductEndpoints.Refuse(journal, command.Prices.Select(price => price.Product), ct)
                ?? await journal.Decide<PriceBook>(PriceBook.IdOf(name), cause, book => book.Publish(name, command), ct).ToHttp(_ => $"pricebooks/{name}"));

        operate.MapPost("/pricebooks/{name}/preview", async (string name, PublishPrices command, IJournal journal, Queries queries, CancellationToken ct) =>
            !Form.IsWord(name) ? NoName()
                : await ProductEndpoints.Refuse(journal, command.Prices.Select(price => price.Product), ct)
                ?? TypedResults.Ok(QuoteBreaks.OfPrices(
                    (await journal.Load<PriceBook>(PriceBook.IdOf(name), ct)).State, name, command, await QuoteHistory.InPlay(queries, ct))));

        operate.MapPost("/accounts/{id:guid}/prices", async (Guid id, AgreePrices command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            if (await ProductEndpoints.Refuse(journal, command.Prices.Select(price => price.Product), ct) is { } unknown)
            {
                return unknown;
            }

            var account = (await journal.Load<Account>(id, ct)).State;
            return await journal.Decide<PriceBook>(PriceBook.IdOf(id), cause, book => book.Agree(command, account), ct).ToHttp(_ => $"prices?accountId={id}");
        });

        operate.MapPost("/accounts/{id:guid}/pricebook", async (Guid id, FollowPriceBook command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var account = (await journal.Load<Account>(id, ct)).State;
            var named = command.Book is { } name ? (await journal.Load<PriceBook>(PriceBook.IdOf(name), ct)).State : PriceBook.Initial;
            return await journal.Decide<PriceBook>(PriceBook.IdOf(id), cause, book => book.Follow(command, account, named), ct).ToHttp();
        });

        read.MapGet("/pricebooks", ([AsParameters] PriceBookList.Filter filter, string? after, int? size, Queries queries, CancellationToken ct) =>
            PriceBookList.Open(queries, filter, after, size, ct));

        read.MapGet("/pricebooks/{name}/timeline", (string name, IJournal journal, CancellationToken ct) =>
            journal.Timeline<PriceBook>(PriceBook.IdOf(name), ct));

        read.MapGet("/accounts/{id:guid}/prices/timeline", (Guid id, IJournal journal, CancellationToken ct) =>
            journal.Timeline<PriceBook>(PriceBook.IdOf(id), ct));

        read.MapGet("/prices", Applying);

        return app;
    }

    static IResult NoName() => Problems.Result(StatusCodes.Status400BadRequest, PriceForm.Book.Code, PriceForm.Book.Reason);

    /// <summary>What products cost an account on a day, and why; without an account, what they cost everybody.</summary>
    static async Task<IResult> Applying(string currency, Guid? accountId, DateOnly? on, string? product, string? after, int? size, IJournal journal,
        Queries queries, TimeProvider time, CancellationToken ct)
    {
        var (choice, _) = await PriceChoice.Load(journal, accountId, ct);
        var day = on ?? (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State.Day(time.GetUtcNow().UtcDateTime);
        return await queries.Answer("prices", (next, max) => Task.FromResult(Page(choice, currency, day, product, next, max)), after, size);
    }

    static Page<Costs> Page(PriceChoice choice, string currency, DateOnly day, string? product, string? after, int max)
    {
        Costs[] rows = [.. choice.Products(currency)
            .Where(code => (product is null || code == product) && (after is null || string.CompareOrdinal(code, after) > 0))
            .Select(code => (Code: code, All: choice.All(code, currency, day).ToList())).Where(found => found.All.Count > 0)
            .Select(found => Costs.Of(found.Code, found.All)).Take(max + 1)];
        return new(rows.Take(max).ToList(), rows.Length <= max ? null : rows[max - 1].Product);
    }

    /// <summary>What one product costs.</summary>
    /// <param name="Product">Its code.</param>
    /// <param name="Price">For that many units.</param>
    /// <param name="Per">1, 100 or 1,000 units.</param>
    /// <param name="Source">Whose price it is.</param>
    /// <param name="Why">The same in a sentence.</param>
    /// <param name="BookId">The book.</param>
    /// <param name="BookVersion">Its version.</param>
    /// <param name="FirstDay">Since when it holds.</param>
    /// <param name="LastDay">Until when.</param>
    /// <param name="Instead">What would apply without it, the nearest first.</param>
    sealed record Costs(string Product, Money Price, int Per, PriceSource Source, string Why, Guid BookId, int BookVersion, DateOnly FirstDay,
        DateOnly? LastDay, IReadOnlyList<BookPrice> Instead)
    {
        public static Costs Of(string product, List<Applied> all)
        {
            var (source, book, price) = all[0];
            return new(product, price.Price, price.Per, source, Reason(source, book), book.BookId, book.Version, price.FirstDay, price.LastDay,
                [.. all.Skip(1).Select(other => other.Price)]);
        }

        static string Reason(PriceSource source, PriceBook book) => source switch
        {
            PriceSource.Individual => "It was agreed with the account.",
            PriceSource.Book => $"The account buys by the price book '{book.Name}'.",
            _ => "It is the standard price.",
        };
    }
}
