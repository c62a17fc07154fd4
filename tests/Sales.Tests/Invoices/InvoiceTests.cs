using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Invoices;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Invoices;

public sealed class InvoiceTests : DeciderTests
{
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly Guid Payment = Guid.Parse("3c2b1a09-f8e7-5d6c-8b5a-493827161504");
    static readonly InvoiceGrounds Vienna = new(new Sales.Books.Books(new BooksAdopted("EUR", "Europe/Vienna", 1, DayOfWeek.Monday)));

    // The last day is the 28th of March; the day after is the day on which Vienna's clocks go on.
    static readonly DateTime Over = new(2026, 3, 28, 23, 0, 0, DateTimeKind.Utc);
    static readonly DateTime InTime = Over.AddTicks(-1);
    static readonly OpenInvoice Command = new("erp", "R-17", Euro(100_00), new(2026, 3, 1), new(2026, 3, 28), Customer);
    static readonly InvoiceOpened Opened = new(Command.InvoiceId(), Customer, "erp", "R-17", Euro(100_00), new(2026, 3, 1), new(2026, 3, 28), Over);
    static readonly InvoicePaymentRecorded Half = new(Command.InvoiceId(), Customer, Payment, Euro(50_00));
    static readonly InvoiceFellOverdue FellOverdue = new(Command.InvoiceId(), Customer, Euro(100_00), 1);
    static readonly InvoiceSettled Settled = new(Command.InvoiceId(), Customer, Euro(100_00));

    static readonly InvoiceDueDayMoved Moved =
        new(Command.InvoiceId(), Customer, new(2026, 3, 28), new(2026, 4, 10), new(2026, 4, 10, 22, 0, 0, DateTimeKind.Utc));

    [Fact]
    public void An_invoice_of_accounting_is_opened_and_falls_overdue_when_the_day_after_its_last_begins_in_the_zone_of_the_books() =>
        Given<Invoice>().When(i => i.Open(Command, Customer, Vienna, InTime)).Then(Opened);

    [Fact]
    public void Said_again_it_adds_nothing()
    {
        Given<Invoice>(Opened).When(i => i.Open(Command, Customer, Vienna, InTime)).ThenNothing();
        Given<Invoice>(Opened, Half).When(i => i.Open(Command, Customer, Vienna, InTime)).ThenNothing();
        Given<Invoice>(Opened, Half, Half with { PaymentId = Customer }, Settled).When(i => i.Open(Command, Customer, Vienna, Over)).ThenNothing();
    }

    [Fact]
    public void Its_number_for_another_customer_or_amount_is_refused()
    {
        Given<Invoice>(Opened).When(i => i.Open(Command, Payment, Vienna, InTime)).ThenRefused("invoice.other");
        Given<Invoice>(Opened).When(i => i.Open(Command with { Amount = Euro(1) }, Customer, Vienna, InTime)).ThenRefused("invoice.other");
    }

    [Fact]
    public void An_account_or_order_that_nobody_knows_is_refused()
    {
        Given<Invoice>().When(i => i.Open(Command, Customer, Vienna with { Account = Sales.Accounts.Account.Initial }, InTime)).ThenRefused("account.unknown");
        Given<Invoice>().When(i => i.Open(Command, Customer, Vienna with { Order = Sales.Orders.Order.Initial }, InTime)).ThenRefused("order.unknown");
    }

    [Fact]
    public void The_reference_that_named_the_customer_is_kept_as_a_personal_field_of_his() =>
        Given<Invoice>().When(i => i.Open(Command with { CustomerId = null, Customer = new("erp", "17850") }, Customer, Vienna, InTime))
            .Then(Opened with { CustomerReference = PersonalData.From("17850").Of(Customer) });

    [Fact]
    public void Told_of_late_it_is_overdue_at_once_for_as_many_days_as_have_passed() =>
        Given<Invoice>().When(i => i.Open(Command, Customer, Vienna, Over.AddDays(44))).Then(Opened, FellOverdue with { Days = 45 });

    [Fact]
    public void Told_of_late_and_paid_it_was_never_overdue() =>
        Given<Invoice>().When(i => i.Open(Command with { Paid = Euro(100_00) }, Customer, Vienna, Over.AddDays(44)))
            .Then(Opened, Half with { PaymentId = PaidUpTo(100_00), Amount = Euro(100_00) }, Settled);

    [Fact]
    public void A_payment_lowers_what_is_open_and_the_last_one_settles_it()
    {
        var after = Given<Invoice>(Opened).When(i => i.Pay(new(Euro(50_00)), Payment, InTime)).Then(Half);
        Assert.Equal((Euro(50_00), InvoiceStatus.Open), (after.State.Due, after.State.Status));
        Given<Invoice>(Opened, Half).When(i => i.Pay(new(Euro(50_00)), Customer, InTime)).Then(Half with { PaymentId = Customer }, Settled);
    }

    [Fact]
    public void A_payment_that_comes_too_late_does_not_undo_that_it_is_late() =>
        Given<Invoice>(Opened).When(i => i.Pay(new(Euro(100_00)), Payment, Over)).Then(FellOverdue, Half with { Amount = Euro(100_00) }, Settled);

    [Fact]
    public void A_newer_file_tells_by_how_much_more_is_paid() =>
        Given<Invoice>(Opened, Half).When(i => i.Open(Command with { Paid = Euro(80_00) }, Customer, Vienna, InTime))
            .Then(Half with { PaymentId = PaidUpTo(80_00), Amount = Euro(30_00) });

    [Fact]
    public void A_file_in_which_less_is_paid_than_was_known_is_refused() =>
        Given<Invoice>(Opened, Half).When(i => i.Open(Command with { Paid = Euro(49_99) }, Customer, Vienna, InTime)).ThenRefused("invoice.paid-less");

    [Fact]
    public void A_payment_counts_once_and_stays_within_what_is_open()
    {
        Given<Invoice>(Opened, Half).When(i => i.Pay(new(Euro(50_00)), Payment, InTime)).ThenNothing();
        Given<Invoice>(Opened, Half).When(i => i.Pay(new(Euro(50_01)), Payment, InTime)).ThenRefused("invoice.other-payment");
        Given<Invoice>(Opened, Half).When(i => i.Pay(new(Euro(50_01)), Customer, InTime)).ThenRefused("invoice.paid-too-much");
        Given<Invoice>(Opened).When(i => i.Pay(new(new(1, "USD")), Payment, InTime)).ThenRefused("invoice.other-currency");
        Given<Invoice>(Opened, Half with { Amount = Euro(100_00) }, Settled).When(i => i.Pay(new(Euro(1)), Customer, InTime)).ThenRefused("invoice.settled");
        Given<Invoice>().When(i => i.Pay(new(Euro(1)), Payment, InTime)).ThenRefused("invoice.unknown");
    }

    [Fact]
    public void It_falls_overdue_once_and_not_before_the_day_is_over()
    {
        Assert.Equal([Over, null, null, null], new Event[][] { [Opened], [Opened, FellOverdue], [Opened, Half, Settled], [] }
            .Select(facts => InvoiceOverdue.At(Given<Invoice>(facts).State)));
        Given<Invoice>(Opened).When(i => InvoiceOverdue.Decide(i, Over)).Then(FellOverdue);
        Given<Invoice>(Opened, Half).When(i => InvoiceOverdue.Decide(i, Over)).Then(FellOverdue with { Amount = Euro(50_00) });
        Given<Invoice>(Opened).When(i => i.FallOverdue(InTime)).ThenNothing();
        Given<Invoice>(Opened, FellOverdue).When(i => i.FallOverdue(Over.AddDays(9))).ThenNothing();
        Given<Invoice>(Opened, Settled).When(i => i.FallOverdue(Over)).ThenNothing();
    }

    [Fact]
    public void More_time_is_followed_and_what_was_overdue_is_not_until_the_new_day_is_over()
    {
        Given<Invoice>(Opened).When(i => i.MoveDueDay(new(new(2026, 4, 10)), Vienna, InTime)).Then(Moved);
        var after = Given<Invoice>(Opened, FellOverdue).When(i => i.Open(Command with { DueOn = new(2026, 4, 10) }, Customer, Vienna, Over)).Then(Moved);
        Assert.Equal((InvoiceStatus.Open, Moved.OverdueAt), (after.State.Status, InvoiceOverdue.At(after.State)));
        Given<Invoice>(Opened, FellOverdue, Moved).When(i => InvoiceOverdue.Decide(i, Moved.OverdueAt)).Then(FellOverdue);
    }

    [Fact]
    public void A_last_day_that_is_over_already_makes_it_overdue_at_once() =>
        Given<Invoice>(Opened).When(i => i.MoveDueDay(new(new(2026, 4, 10)), Vienna, Moved.OverdueAt)).Then(Moved, FellOverdue);

    [Fact]
    public void A_last_day_before_the_invoice_or_of_one_that_is_settled_is_refused()
    {
        Given<Invoice>(Opened).When(i => i.MoveDueDay(new(new(2026, 2, 28)), Vienna, InTime)).ThenRefused("invoice.due-day");
        Given<Invoice>(Opened, Settled).When(i => i.MoveDueDay(new(new(2026, 4, 10)), Vienna, InTime)).ThenRefused("invoice.settled");
        Given<Invoice>().When(i => i.MoveDueDay(new(new(2026, 4, 10)), Vienna, InTime)).ThenRefused("invoice.unknown");
        Given<Invoice>(Opened).When(i => i.MoveDueDay(new(new(2026, 3, 28)), Vienna, InTime)).ThenNothing();
    }

    [Theory]
    [InlineData("invoice.source", "Erp", "1", 1, "EUR", 0)]
    [InlineData("invoice.number", "erp", "", 1, "EUR", 0)]
    [InlineData("invoice.amount", "erp", "1", 0, "EUR", 0)]
    [InlineData("invoice.amount", "erp", "1", 1, "euros", 0)]
    [InlineData("invoice.due-day", "erp", "1", 1, "EUR", -1)]
    [InlineData("invoice.due-day", "erp", "1", 1, "EUR", 90_000)]
    public void A_command_with_a_bad_value_says_which(string code, string source, string number, long minor, string currency, int dueDays) =>
        Assert.Equal(code, (Command with
        {
            Source = source,
            Number = number,
            Amount = new(minor, currency),
            DueOn = Command.InvoicedOn.AddDays(dueDays)
        }).Invalid()?.Code);

    [Fact]
    public void A_command_names_one_customer_a_day_of_our_time_and_no_more_paid_than_owed()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("invoice.customer", (Command with { CustomerId = null }).Invalid()?.Code);
        Assert.Equal("invoice.customer", (Command with { CustomerId = null, Customer = new("erp", "ann@example.org") }).Invalid()?.Code);
        Assert.Equal("invoice.day", (Command with { InvoicedOn = DateOnly.MinValue }).Invalid()?.Code);
        Assert.Equal("invoice.paid", (Command with { Paid = Euro(100_01) }).Invalid()?.Code);
        Assert.Equal("invoice.paid", (Command with { Paid = new(1, "USD") }).Invalid()?.Code);
        Assert.Equal("invoice.payment-amount", new RecordPayment(Euro(0)).Invalid()?.Code);
        Assert.Equal("invoice.due-day", new MoveDueDay(DateOnly.MaxValue).Invalid()?.Code);
    }

    static Guid PaidUpTo(long minor) => Ids.Derive("invoice-payment", Command.InvoiceId().ToString(), $"{minor}");

    static Money Euro(long minor) => new(minor, "EUR");
}
