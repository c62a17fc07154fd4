using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Testing;
using static CrmSuite.Acquisition.Tests.Leads.TheLead;

namespace CrmSuite.Acquisition.Tests.Leads;

/// <summary>What the registry makes of leads.</summary>
public sealed class WhenTests
{
    static readonly Guid Organisation = Lead.OrganisationOf(Id);

    [Fact]
    public void The_person_of_a_lead_is_entered_provisionally_with_what_he_said_of_himself()
    {
        Assert.Equal(TheLead.Customer, WhenLeadCaptured.Target(Captured));
        Assert.Equal([new CustomerRegistered(TheLead.Customer, true, CustomerKind.Person, "fair", Name: His("Ann Lee"), Email: His("ann@example.org"), Country: "AT", Language: "de-AT")],
            WhenLeadCaptured.Decide(Acquisition.Customers.Customer.Initial, Entries.Heard(Captured, Now)).Events);
    }

    [Fact]
    public void The_company_of_a_converted_lead_is_entered_provisionally()
    {
        var converted = Converted with { AccountCustomerId = Organisation, AccountKind = AccountKind.Organisation, AccountName = PersonalData.From("Tea Ltd").Of(Organisation) };
        Assert.Equal(Organisation, WhenLeadConverted.Target(converted));
        Assert.Equal(
            [new CustomerRegistered(Organisation, true, CustomerKind.Organisation, "lead", Name: PersonalData.From("Tea Ltd").Of(Organisation), Country: "AT")],
            WhenLeadConverted.Decide(Acquisition.Customers.Customer.Initial, Entries.Heard(converted, Now)).Events);
        Assert.Null(WhenLeadConverted.Target(Converted with { AccountCustomerId = null }));
    }

    [Fact]
    public void Whoever_is_known_is_left_as_he_is()
    {
        var known = Acquisition.Customers.Customer.Evolve(Acquisition.Customers.Customer.Initial, new CustomerRegistered(TheLead.Customer, false, CustomerKind.Person));
        Assert.Empty(WhenLeadCaptured.Decide(known, Entries.Heard(Captured, Now)).Events);
        Assert.Empty(WhenLeadConverted.Decide(known, Entries.Heard(Converted, Now)).Events);
    }
}
