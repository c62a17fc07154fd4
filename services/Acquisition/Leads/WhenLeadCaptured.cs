using CrmSuite.Acquisition.Customers;
using CrmSuite.Bus;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Leads;

/// <summary>A lead came of somebody whom the registry does not know: he is entered provisionally, with what he said of himself.</summary>
sealed class WhenLeadCaptured : IWhen<LeadCaptured, Customer>
{
    public static Guid? Target(LeadCaptured fact) => fact.CustomerId;

    public static Decision Decide(Customer state, Heard<LeadCaptured> heard)
    {
        var lead = heard.Event;
        return state.Status != CustomerStatus.None ? [] : new CustomerRegistered(lead.CustomerId, Provisional: true, CustomerKind.Person, lead.Source,
            Name: Lead.Fresh(lead.Name)?.Of(lead.CustomerId), Email: Lead.Fresh(lead.Email)?.Of(lead.CustomerId),
                Phone: Lead.Fresh(lead.Phone)?.Of(lead.CustomerId),
            Country: lead.Country, Language: lead.Language);
    }
}
