using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Quotes;

namespace CrmSuite.Sales.Approvals;

/// <summary>A draft says something else: what was decided on the one before does not hold for it.</summary>
sealed class WhenQuoteChanged : IWhen<QuoteChanged, Approval>
{
    public static Guid? Target(QuoteChanged fact) => Approval.IdOf(Quote.Noun, fact.QuoteId);

    public static Decision Decide(Approval state, Heard<QuoteChanged> heard) => state.Invalidate(heard.Event.Hash);
}
