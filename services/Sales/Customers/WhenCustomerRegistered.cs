using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Customers;

/// <summary>Somebody entered the registry: he may be sold to by his id.</summary>
sealed class WhenCustomerRegistered : IWhen<CustomerRegistered, Customer>
{
    public static Guid? Target(CustomerRegistered fact) => fact.CustomerId;

    public static Decision Decide(Customer state, Heard<CustomerRegistered> heard) => state.Hear(heard.Event.CustomerId);
}
