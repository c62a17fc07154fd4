using CrmSuite.Acquisition.Customers;
using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Leads;

/// <summary>A lead became an account of a company that the registry does not know: it is entered provisionally.</summary>
sealed class WhenLeadConverted : IWhen<LeadConverted, Customer>
{
    public static Guid? Target(LeadConverted fact) => fact.AccountCustomerId;

    public static Decision Decide(Customer state, Heard<LeadConverted> heard)
    {
        var lead = heard.Event;
        return state.Status != CustomerStatus.None ? [] : new CustomerRegistered(lead.AccountCustomerId!.Value, Provisional: true,
            lead.AccountKind is AccountKind.Organisation ? CustomerKind.Organisation : CustomerKind.Person, "lead",
            Name: Lead.Fresh(lead.AccountName)?.Of(lead.AccountCustomerId.Value), Country: lead.Country);
    }
}
