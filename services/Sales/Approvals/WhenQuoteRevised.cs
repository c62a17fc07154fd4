using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Quotes;

namespace CrmSuite.Sales.Approvals;

/// <summary>Another version is being written: what was decided on the one before does not hold for it.</summary>
sealed class WhenQuoteRevised : IWhen<QuoteRevised, Approval>
{
    public static Guid? Target(QuoteRevised fact) => Approval.IdOf(Quote.Noun, fact.QuoteId);

    public static Decision Decide(Approval state, Heard<QuoteRevised> heard) => state.Invalidate(heard.Event.Hash);
}
