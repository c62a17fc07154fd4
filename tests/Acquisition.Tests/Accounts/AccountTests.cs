using CrmSuite.Acquisition.Accounts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Testing;

namespace CrmSuite.Acquisition.Tests.Accounts;

/// <summary>What Acquisition knows of the accounts of Sales.</summary>
public sealed class AccountTests : DeciderTests
{
    static readonly Guid Id = Guid.Parse("1a2b3c4d-5e6f-5a7b-8c9d-0e1f2a3b4c5d");
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly AccountOpened Opened = new(Id, Customer, AccountKind.Organisation, "u-ann", "north");

    [Fact]
    public void An_account_that_was_opened_is_heard_of_once()
    {
        Assert.Equal(Id, WhenAccountOpened.Target(Opened));
        Given<Account>().When(account => WhenAccountOpened.Decide(account, Entries.Heard(Opened, DateTime.UnixEpoch))).Then(new AccountHeard(Id, Customer));
    }
}
