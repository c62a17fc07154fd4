using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Customers;

/// <summary>Somebody ordered whom the registry may not know: he is entered provisionally.</summary>
sealed class WhenOrderPlaced : IWhen<OrderPlaced, Customer>
{
    public static Guid? Target(OrderPlaced fact) => fact.CustomerId;

    public static Decision Decide(Customer state, Heard<OrderPlaced> heard) =>
        state.Hear(heard.Event.CustomerId, heard.Event.Source, heard.Event.CustomerReference, heard.Event.Country);
}
