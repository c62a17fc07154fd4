using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Invoices;
using CrmSuite.Sales.Rates;

namespace CrmSuite.Sales.Tests.Invoices;

public sealed class OverdueTests
{
    static readonly DateTime Now = new(2026, 6, 30, 12, 0, 0, DateTimeKind.Utc);
    static readonly DateOnly Day = new(2026, 6, 30);
    static readonly Guid Ann = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid Bob = Guid.Parse("8f14e45f-ceea-5d3a-9b1c-0a2b3c4d5e6f");

    static readonly RateTable Rates = new(new Sales.Books.Books(new BooksAdopted("EUR", "UTC", 1, DayOfWeek.Monday)),
        [new PublishedRate(Bob, "USD", new(2026, 6, 1), 0.333m, Now.AddDays(-20))]);

    [Theory]
    [InlineData(1, 1, 0, 0, 0)]
    [InlineData(30, 1, 0, 0, 0)]
    [InlineData(31, 0, 1, 0, 0)]
    [InlineData(60, 0, 1, 0, 0)]
    [InlineData(61, 0, 0, 1, 0)]
    [InlineData(90, 0, 0, 1, 0)]
    [InlineData(91, 0, 0, 0, 1)]
    [InlineData(4_000, 0, 0, 0, 1)]
    public void An_amount_stands_under_the_days_for_which_it_is_overdue(int days, long month, long two, long three, long more) =>
        Assert.Equal(new Ages(month, two, three, more), Ages.Of([(days, 1)]));

    [Fact]
    public void Each_invoice_is_converted_and_rounded_once_and_every_total_is_the_sum_of_what_was_rounded()
    {
        var overdue = Overdue.Of([Row(Ann, null, 5, 1, "USD"), Row(Ann, null, 5, 40, "USD"), Row(Bob, null, 7, 100, "EUR")], Rates, Now, Day, byAccount: false);

        // Five cents are 1.665, two cents when rounded: four, and not three of the ten.
        Assert.Equal([new(Bob, null, "EUR", 1, 100, new(0, 0, 0, 7), new(0, 0, 0, 7)), new Debt(Ann, null, "USD", 2, 40, new(5, 5, 0, 0), new(2, 2, 0, 0))],
            overdue.Debts);
        Assert.Equal((new Ages(2, 2, 0, 7), 11, 3, 0), (overdue.Report, overdue.Report.Total, overdue.Invoices, overdue.Unrated));
        Assert.Equal([new("EUR", 1, new(0, 0, 0, 7)), new CurrencyAges("USD", 2, new(5, 5, 0, 0))], overdue.Originals);
    }

    [Fact]
    public void What_has_no_rate_is_told_in_its_currency_and_counted_apart()
    {
        var overdue = Overdue.Of([Row(Ann, null, 5, 1, "JPY")], Rates, Now, Day, byAccount: false);
        Assert.Equal((null, 1, 0), (Assert.Single(overdue.Debts).Report, overdue.Unrated, overdue.Report.Total));
    }

    [Fact]
    public void A_customers_accounts_are_told_apart_where_accounts_are_asked_for()
    {
        InvoiceList.Row[] rows = [Row(Ann, Bob, 5, 1, "EUR"), Row(Ann, null, 6, 1, "EUR")];
        Assert.Equal([11], Overdue.Of(rows, Rates, Now, Day, byAccount: false).Debts.Select(debt => debt.Original.Total));
        Assert.Equal([(null, 6), ((Guid?)Bob, 5L)], Overdue.Of(rows, Rates, Now, Day, byAccount: true).Debts
            .Select(debt => (debt.AccountId, debt.Original.Total)));
    }

    static InvoiceList.Row Row(Guid customer, Guid? account, long open, int days, string currency) => new(Guid.NewGuid(), customer, account, null, "erp", "1",
        InvoiceStatus.Overdue, open, 0, open, currency, Day.AddDays(-days), Day.AddDays(-days), null, null, Now, Now);
}
