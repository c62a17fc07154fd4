using System.Text;
using System.Text.Json;
using CrmSuite.Contracts.Sales;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Affiliations;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.ApprovalFlows;
using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Books;
using CrmSuite.Sales.Changes;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Corridors;
using CrmSuite.Sales.Credits;
using CrmSuite.Sales.Customers;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.Forecasts;
using CrmSuite.Sales.Handovers;
using CrmSuite.Sales.Invoices;
using CrmSuite.Sales.Lookups;
using CrmSuite.Sales.Notes;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.Periods;
using CrmSuite.Sales.PriceBooks;
using CrmSuite.Sales.Products;
using CrmSuite.Sales.Quotas;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.Rates;
using CrmSuite.Sales.ReasonLists;
using CrmSuite.Sales.StageTables;
using CrmSuite.Sales.Tasks;
using CrmSuite.Sales.TaxTables;
using CrmSuite.Sales.Timelines;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Sales.Tests;

/// <summary>Sales with accounts, deals and rates on real servers, and what most tests need in it.</summary>
static class SalesService
{
    public static readonly object Basis = new { kind = "contract", purpose = "sales" };

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    public static Task<DepartmentService> Start() => DepartmentService.Start("sales",
        sales => sales
            .Noun<Customer>().Links<LinkAdopted>().Handovers()
            .Noun<Account>().View<AccountList.Row, AccountList>().Import<AccountImport>()
            .Noun<Contact>().View<ContactList.Row, ContactList>().Import<ContactImport>()
            .Noun<Affiliation>().View<AffiliationList.Row, AffiliationList>()
            .Noun<Opportunity>().View<OpportunityHistory.Row, OpportunityHistory>().Import<OpportunityImport>()
            .Noun<StageTable>().View<StageTableList.Row, StageTableList>().Noun<FieldTable>().Noun<ReasonList>()
            .Noun<Forecast>().View<ForecastHistory.Row, ForecastHistory>().Noun<Quota>().View<QuotaList.Row, QuotaList>()
            .Noun<Period>().View<PeriodList.Row, PeriodList>().Due<Period, PeriodFreeze>().When<ForecastSubmitted, Period, WhenForecastSubmitted>()
            .Noun<Rate>().View<RateList.Row, RateList>()
            .Noun<Sales.Books.Books>()
            .Noun<WorkTask>().View<WorkTaskList.Row, WorkTaskList>().Due<WorkTask, TaskReminder>().Process<WorkTaskProcess>()
            .Noun<Note>().View<NoteList.Row, NoteList>().View<Timeline.Row, Timeline>().View<PiiLookup.Row, PiiLookup>().Import<ChangeImport>()
            .Noun<Credit>().View<CreditList.Row, CreditList>().Noun<Order>().View<OrderList.Row, OrderList>().Import<OrderImport>()
            .When<OpportunityWon, Order, WhenOpportunityWon>().When<OpportunityReopened, Order, WhenOpportunityReopened>()
            .Noun<Invoice>().View<InvoiceList.Row, InvoiceList>().Due<Invoice, InvoiceOverdue>().Import<InvoiceImport>()
            .Noun<Product>().View<ProductList.Row, ProductList>().Noun<PriceBook>().View<PriceBookList.Row, PriceBookList>()
            .Noun<Corridor>().View<CorridorList.Row, CorridorList>().Noun<TaxTable>().View<TaxTableList.Row, TaxTableList>()
            .Noun<Quote>().View<QuoteHistory.Row, QuoteHistory>().Due<Quote, QuoteExpiry>()
            .When<QuoteSent, Opportunity, WhenQuoteSent>().When<QuoteAccepted, Order, WhenQuoteAccepted>()
            .Approvals().Contracts(),
        app => app.MapAccounts().MapContacts().MapAffiliations().MapOpportunities().MapStageTables().MapRates().MapBooks().MapTasks().MapNotes().MapOrders()
            .MapProducts().MapPriceBooks().MapCorridors().MapTaxTables().MapQuotes().MapApprovalFlows().MapApprovals().MapContracts().MapFieldTables().MapReasonLists().MapForecasts().MapQuotas().MapCredits().MapInvoices()
            .MapTimelines().MapLookups().MapChanges().MapHandovers());

    /// <summary>The books are kept in euros and Vienna's days, as if Sales had heard so.</summary>
    public static Task<Outcome> Adopt(this DepartmentService sales) => sales.App.Services.GetRequiredService<IJournal>().Decide<Sales.Books.Books>(
        Sales.Books.Books.TheId, Cause.Rule("test", Guid.NewGuid(), new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)), books =>
            books.Adopt("EUR", "Europe/Vienna", 1, DayOfWeek.Monday), default);

    /// <summary>Somebody is in the registry, as if Sales had heard so; a new one where nobody is named.</summary>
    public static async Task<Guid> Registered(this DepartmentService sales, Guid? customerId = null)
    {
        var id = customerId ?? Guid.NewGuid();
        var cause = Cause.Rule("test", Guid.NewGuid(), new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await sales.App.Services.GetRequiredService<IJournal>().Decide<Customer>(id, cause, customer => customer.Hear(id), default);
        return id;
    }

    /// <summary>The usual stage table: two stages that must be passed, one that may be skipped between them.</summary>
    public static Task Publish(this DepartmentService sales) => sales.Ok("sales-operations", "POST", "/stages/standard/publish", new
    {
        stages = new object[]
        {
            new { name = "qualify", probabilityBp = 1000, exit = new[] { new { name = "decider-known", kind = "contact", what = "decider" } },
                mayReturn = true },
            new { name = "discover", probabilityBp = 2500, maySkip = true },
            new { name = "propose", probabilityBp = 5000, category = "best", exit = new[] { new { name = "budget-confirmed", kind = "tick" } } },
        },
        evidence = new[] { "contract", "customer-order" },
    });

    /// <summary>The id that a command answers.</summary>
    public static async Task<Guid> Id(this DepartmentService sales, string role, string path, object body) => (await sales.Ok(role, "POST", path, body))
        .GetProperty("id").GetGuid();

    /// <summary>Asks until it is so: a reaction answers its fact soon, not at once.</summary>
    public static async Task<JsonElement> Until(this DepartmentService sales, string path, Func<JsonElement, bool> isSo)
    {
        for (var end = DateTime.UtcNow.AddMinutes(2); ; await Task.Delay(Poll))
        {
            using var response = await sales.Send("sales-agent", "GET", path);
            var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            if (response.IsSuccessStatusCode && isSo(answer))
            {
                return answer;
            }

            Assert.True(DateTime.UtcNow < end, $"{path}: {answer}\n{sales.Log}");
        }
    }

    /// <summary>Imports a file and follows it to its end; what is told of it then.</summary>
    public static async Task<(long Accepted, string[] Refused)> Import(this DepartmentService sales, string kind, string csv, object mapping)
    {
        var text = Uri.EscapeDataString(JsonSerializer.Serialize(mapping, JsonSerializerOptions.Web));
        var id = (await sales.Ok("sales-operations", "POST", $"/{kind}/import?mapping={text}", new StringContent(csv, Encoding.UTF8, "text/csv")))
            .GetProperty("id").GetGuid();
        JsonElement import;
        do
        {
            await Task.Delay(Poll);
            import = await sales.Ok("sales-operations", "GET", $"/{kind}/import/{id}");
        }
        while (import.GetProperty("state").GetString() is not ("done" or "failed" or "cancelled"));

        var refusals = await sales.Ok("sales-operations", "GET", $"/{kind}/import/{id}/refusals");
        return (import.GetProperty("accepted").GetInt64(),
            [.. refusals.GetProperty("items").EnumerateArray().Select(row => $"{row.GetProperty("line")} {row.GetProperty("code")}")]);
    }
}
