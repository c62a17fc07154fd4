using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Orders;

/// <summary>A free quote was accepted: one order is placed for it, under a number that follows from the quote and its version. A quote of a deal orders when
/// the deal is won.</summary>
sealed class WhenQuoteAccepted : IWhen<QuoteAccepted, Order>
{
    const string Source = "quote";

    /// <summary>The order of a version.</summary>
    public static Guid OrderOf(Guid quoteId, int version) => Ids.Derive("order", Source, Number(quoteId, version));

    public static Guid? Target(QuoteAccepted fact) => fact.OpportunityId is null ? OrderOf(fact.QuoteId, fact.Version) : null;

    public static Decision Decide(Order state, Heard<QuoteAccepted> heard) => state.Place(
        new(Source, Number(heard.Event.QuoteId, heard.Event.Version), heard.Event.Gross, heard.Event.CustomerId, Lines: heard.Event.Lines,
            AccountId: heard.Event.AccountId, QuoteId: heard.Event.QuoteId),
        heard.Event.CustomerId, heard.Event.RateId);

    static string Number(Guid quoteId, int version) => $"{quoteId}-{version}";
}
