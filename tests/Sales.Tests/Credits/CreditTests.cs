using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Credits;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Credits;

public sealed class CreditTests : DeciderTests
{
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly IssueCredit Command = new("shop", "C536379", new(27_50, "GBP"), CustomerId: Customer, Reason: "goods-back");
    static readonly CreditIssued Issued = new(Command.CreditId, Customer, "shop", "C536379", new(27_50, "GBP"), "goods-back");

    [Fact]
    public void A_credit_is_issued() =>
        Given<Credit>().When(c => c.Issue(Command, Customer)).Then(Issued);

    [Fact]
    public void The_reference_that_named_the_customer_is_kept_as_a_personal_field_of_his() =>
        Given<Credit>().When(c => c.Issue(Command with { CustomerId = null, Customer = new("shop", "17850") }, Customer))
            .Then(Issued with { CustomerReference = PersonalData.From("17850").Of(Customer) });

    [Fact]
    public void Issuing_it_again_adds_nothing() =>
        Given<Credit>(Issued).When(c => c.Issue(Command, Customer)).ThenNothing();

    [Fact]
    public void Its_number_with_another_amount_is_refused() =>
        Given<Credit>(Issued).When(c => c.Issue(Command with { Amount = new(27_51, "GBP") }, Customer)).ThenRefused("credit.other");

    [Fact]
    public void Its_number_for_another_customer_is_refused() =>
        Given<Credit>(Issued).When(c => c.Issue(Command, Guid.Parse("0b5f6a0e-2c1d-5e7a-9b41-0c2f3d4e5a61"))).ThenRefused("credit.other");

    [Fact]
    public void A_command_with_good_values_has_nothing_wrong() => Assert.Null(Command.Invalid());

    [Theory]
    [InlineData("credit.source", "Shop", "1", 1, "GBP", null, null)]
    [InlineData("credit.number", "shop", "", 1, "GBP", null, null)]
    [InlineData("credit.amount", "shop", "1", 0, "GBP", null, null)]
    [InlineData("credit.amount", "shop", "1", -1, "GBP", null, null)]
    [InlineData("credit.amount", "shop", "1", 1, "pounds", null, null)]
    [InlineData("credit.reason", "shop", "1", 1, "GBP", "He was angry", null)]
    [InlineData("credit.country", "shop", "1", 1, "GBP", null, "")]
    public void A_command_with_a_bad_value_says_which(string code, string source, string number, long minor, string currency, string? reason, string? country) =>
        Assert.Equal(code, new IssueCredit(source, number, new(minor, currency), Customer, null, reason, country).Invalid()?.Code);

    [Fact]
    public void A_command_names_the_customer_in_one_way() => Assert.Equal("credit.customer", (Command with { Customer = new("shop", "17850") }).Invalid()?.Code);

    [Fact]
    public void A_reference_that_looks_like_an_e_mail_address_is_refused() =>
        Assert.Equal("credit.customer", (Command with { CustomerId = null, Customer = new("shop", "ann@example.org") }).Invalid()?.Code);
}
