using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Opportunities;

/// <summary>A deal is worth what its primary quote says.</summary>
sealed class WhenQuoteSent : IWhen<QuoteSent, Opportunity>
{
    public static Guid? Target(QuoteSent fact) => fact.IsPrimary ? fact.OpportunityId : null;

    public static Decision Decide(Opportunity state, Heard<QuoteSent> heard) => state.Follow(heard.Event.Net, heard.Event.RateId);
}
