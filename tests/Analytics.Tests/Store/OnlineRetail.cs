using CrmSuite.Analytics.Books;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using NodaTime;
using NodaTime.Extensions;

[assembly: AssemblyFixture(typeof(CrmSuite.Analytics.Tests.Store.OnlineRetail))]

namespace CrmSuite.Analytics.Tests.Store;

/// <summary>The company of the Online Retail file, loaded once for all tests that ask for it; its books are in London and in pounds.</summary>
public sealed class OnlineRetail : IAsyncDisposable
{
    static readonly DateTimeZone London = DateTimeZoneProviders.Tzdb["Europe/London"];

    readonly Lazy<Task<Company>> company = new(Load);

    internal Task<Company> Company => company.Value;

    public async ValueTask DisposeAsync()
    {
        if (company.IsValueCreated && company.Value.IsCompletedSuccessfully)
        {
            await company.Value.Result.DisposeAsync();
        }
    }

    internal static DateTime Utc(DateTime local) => local.ToLocalDateTime().InZoneLeniently(London).ToDateTimeUtc();

    static async Task<Company> Load()
    {
        var invoices = ReferenceData.OnlineRetail();
        var company = await Store.Company.Open();
        await company.Journal.Decide<Books.Books>(Books.Books.TheId, Store.Company.Cause(), books => books.Publish(new PublishBooks("GBP", "Europe/London")), default);
        await company.Relay();
        foreach (var invoice in invoices)
        {
            var customer = ReferenceData.CustomerId(invoice.Customer);
            if (invoice.Cancelled)
            {
                var credit = Ids.Derive("credit", invoice.Number);
                company.Add("sales.credit", credit, new CreditIssued(credit, customer, "shop", invoice.Number, Money.Of(-invoice.Revenue, "GBP"), null, invoice.Country), Utc(invoice.LocalTime));
            }
            else
            {
                var order = Ids.Derive("order", invoice.Number);
                company.Add("sales.order", order, new OrderPlaced(order, customer, "shop", invoice.Number, Money.Of(invoice.Revenue, "GBP"), [], null, invoice.Country), Utc(invoice.LocalTime));
            }
        }

        await company.Settle();
        return company;
    }
}
