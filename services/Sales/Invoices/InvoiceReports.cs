using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Rates;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Invoices;

/// <summary>The report on what is overdue: what the invoices and the rates of an instant give to the model that sums them up.</summary>
sealed record InvoiceReports(Queries Queries, IJournal Journal, TimeProvider Time, KnownCut Cut)
{
    /// <summary>The most invoices of a report.</summary>
    const int RowsMax = 100_000;

    const string ByCustomer = "customer";
    const string ByAccount = "account";

    /// <summary>What is overdue, the largest debts first.</summary>
    public sealed record OverdueAnswer(DateTime AsOf, DateOnly Day, string? Currency, int Invoices, IReadOnlyList<CurrencyAges> Originals, Ages Report,
        int Unrated, IReadOnlyList<Debt> Items, int? Next);

    public async Task<IResult> Overdue(InvoiceList.Filter filter, bool? group, string? by, DateTime? asOf, int? after, int? size, CancellationToken ct)
    {
        var (skip, take) = (Math.Max(after ?? 0, 0), size ?? Queries.SizeDefault);
        if (take is < 1 or > Queries.SizeMax)
        {
            return Problems.Result(StatusCodes.Status400BadRequest, "page.size", $"A page has 1 to {Queries.SizeMax} rows.");
        }

        if (by is not (null or ByCustomer or ByAccount))
        {
            return Problems.Result(StatusCodes.Status400BadRequest, "overdue.by", "What is overdue is told by customer or by account.");
        }

        var at = asOf is { } given ? DateTime.SpecifyKind(given, DateTimeKind.Utc) : Time.GetUtcNow().UtcDateTime;
        var books = await OpportunityReports.BooksAt(Journal, at, ct);
        var (day, rates) = (books.Day(at), await RateList.Table(Queries, books, Cut.Known, ct));
        var customers = await Group.Meant(Queries, filter.CustomerId, group, ct);
        var invoices = await InvoiceList.Overdue(Queries, filter, customers, at, day, Cut.Known, RowsMax + 1, ct);
        if (invoices.Count > RowsMax)
        {
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "report.too-large", $"More than {RowsMax} rows. Ask for one customer or account.");
        }

        var overdue = Invoices.Overdue.Of(invoices, rates, at, day, by == ByAccount);
        var items = overdue.Debts.Skip(skip).Take(take).ToList();
        return TypedResults.Ok(new OverdueAnswer(at, day, rates.Currency, overdue.Invoices, overdue.Originals, overdue.Report, overdue.Unrated, items,
            overdue.Debts.Count > skip + items.Count ? skip + items.Count : null));
    }
}
