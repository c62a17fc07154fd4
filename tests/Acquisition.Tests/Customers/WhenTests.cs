using CrmSuite.Acquisition.Customers;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Testing;

namespace CrmSuite.Acquisition.Tests.Customers;

/// <summary>What Acquisition does with the facts of Sales.</summary>
public sealed class WhenTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly PersonalData Reference = PersonalData.From("17850").Of(Id);
    static readonly Heard<OrderPlaced> Placed = Entries.Heard(new OrderPlaced(Id, Id, "shop", "1", new(1_00, "EUR"), [], null, "Austria", Reference), Today);
    static readonly Heard<CreditIssued> Issued = Entries.Heard(new CreditIssued(Id, Id, "shop", "C1", new(1_00, "EUR"), null, "France", Reference), Today);

    [Fact]
    public void The_customer_of_an_order_is_entered_provisionally()
    {
        Assert.Equal(Id, WhenOrderPlaced.Target(Placed.Event));
        Assert.Equal([new CustomerRegistered(Id, true, CustomerKind.Person, "shop", Reference, Country: "Austria")], WhenOrderPlaced.Decide(Customer.Initial, Placed).Events);
    }

    [Fact]
    public void The_customer_of_a_credit_is_entered_provisionally()
    {
        Assert.Equal(Id, WhenCreditIssued.Target(Issued.Event));
        Assert.Equal([new CustomerRegistered(Id, true, CustomerKind.Person, "shop", Reference, Country: "France")], WhenCreditIssued.Decide(Customer.Initial, Issued).Events);
    }

    [Fact]
    public void Whoever_is_known_is_left_as_he_is()
    {
        var known = Customer.Evolve(Customer.Initial, new CustomerRegistered(Id, false, CustomerKind.Person));

        Assert.Empty(WhenOrderPlaced.Decide(known, Placed).Events);
        Assert.Empty(WhenCreditIssued.Decide(known, Issued).Events);
    }
}
