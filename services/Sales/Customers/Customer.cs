using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Customers;

/// <summary>Whether Sales has heard of a customer in the registry; provisionally or for certain is the same to it.</summary>
sealed record Customer(bool IsKnown) : IFold<Customer>
{
    public static string Category => "sales.customer";

    public static Customer Initial { get; } = new(IsKnown: false);

    public static Customer Evolve(Customer state, Event fact) => fact is CustomerHeard ? new(IsKnown: true) : state;

    public Decision Hear(Guid customerId) => IsKnown ? [] : new CustomerHeard(customerId);
}
