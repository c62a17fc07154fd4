using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Accounts;

/// <summary>Whether Acquisition has heard of an account of Sales; one that was closed is as good, since Sales opens another one for its customer then.</summary>
sealed record Account(bool IsKnown) : IFold<Account>
{
    public static string Category => "acquisition.account";

    public static Account Initial { get; } = new(IsKnown: false);

    public static Account Evolve(Account state, Event fact) => fact is AccountHeard ? new(IsKnown: true) : state;

    public Decision Hear(Guid accountId, Guid customerId) => IsKnown ? [] : new AccountHeard(accountId, customerId);
}
