using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Accounts;

public sealed class AccountListTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = Guid.Parse("1a2b3c4d-5e6f-5a7b-8c9d-0e1f2a3b4c5d");
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly AccountOpened Opened = new(Id, Customer, AccountKind.Organisation, "u-ann", "north", null, null, "retail", "50-249", "AT", "erp", "A-100");
    static readonly AccountList.Row Row = new(Id, Customer, AccountStatus.Open, AccountKind.Organisation, "u-ann", "north", null, "retail", "50-249", "AT",
        "erp", "A-100", Today, Today, []);

    [Fact]
    public void An_opened_account_has_a_row() => Assert.Equal(Row, Fold(Opened));

    [Fact]
    public void Its_row_follows_it() => Assert.Equal(
        Row with
        {
            OwnerId = "u-bob",
            OwnerTeam = null,
            ParentId = Customer,
            Industry = "wholesale",
            Status = AccountStatus.Closed,
            ChangedAt = Today.AddHours(4)
        },
        Fold(Opened, new AccountOwnerChanged(Id, Customer, "u-ann", "u-bob", null, "left"), new AccountParentChanged(Id, Customer, null, Customer),
            new AccountFieldsSet(Id, Customer, Industry: "wholesale"), new AccountClosed(Id, Customer, "bankrupt")));

    [Fact]
    public void A_reopened_account_is_open() =>
        Assert.Equal(AccountStatus.Open, Fold(Opened, new AccountClosed(Id, Customer, "bankrupt"), new AccountReopened(Id, Customer, "sold"))!.Status);

    [Fact]
    public void Its_extra_fields_show_as_far_as_they_are_filled()
    {
        AccountFieldsSet first = new(Id, Customer, Fields: [new("rating", "a"), new("seats", "12")]), then = new(Id, Customer, Fields: [new("rating"), new("seats", "9")]);
        Assert.Equal([new("seats", "9")], Fold(Opened, first, then)!.Fields);
        Assert.Equal(first.Fields, Fold(Opened, first, new AccountFieldsSet(Id, Customer, Country: "DE"))!.Fields);
    }

    static AccountList.Row? Fold(params Event[] facts) => Entries.Fold<Account, AccountList.Row,
        AccountList>(Id, [.. facts.Select((fact, hour) => (Today.AddHours(hour), fact))]);
}
