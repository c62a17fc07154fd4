using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Accounts;

/// <summary>Sales looks after somebody: a lead may be converted to that account.</summary>
sealed class WhenAccountOpened : IWhen<AccountOpened, Account>
{
    public static Guid? Target(AccountOpened fact) => fact.AccountId;

    public static Decision Decide(Account state, Heard<AccountOpened> heard) => state.Hear(heard.Event.AccountId, heard.Event.CustomerId);
}
