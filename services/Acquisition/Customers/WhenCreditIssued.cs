using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Customers;

/// <summary>Somebody was credited whom the registry may not know: he is entered provisionally.</summary>
sealed class WhenCreditIssued : IWhen<CreditIssued, Customer>
{
    public static Guid? Target(CreditIssued fact) => fact.CustomerId;

    public static Decision Decide(Customer state, Heard<CreditIssued> heard) =>
        state.Hear(heard.Event.CustomerId, heard.Event.Source, heard.Event.CustomerReference, heard.Event.Country);
}
