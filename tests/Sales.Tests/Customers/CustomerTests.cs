using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Customers;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Customers;

/// <summary>What Sales knows of the registry.</summary>
public sealed class CustomerTests : DeciderTests
{
    static readonly Guid Id = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly CustomerRegistered Registered = new(Id, true, CustomerKind.Person, "shop");

    [Fact]
    public void Whoever_is_registered_is_heard_of_once()
    {
        Assert.Equal(Id, WhenCustomerRegistered.Target(Registered));
        Given<Customer>().When(customer => WhenCustomerRegistered.Decide(customer, Entries.Heard(Registered, DateTime.UnixEpoch))).Then(new CustomerHeard(Id));
    }
}
