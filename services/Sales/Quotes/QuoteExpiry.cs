using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Quotes;

/// <summary>What nobody answered until its last day was over.</summary>
sealed class QuoteExpiry : IDue<Quote>
{
    public static string Kind => "expiry";

    public static DateTime? At(Quote state) => state.ExpiresAt();

    public static Decision Decide(Quote state, DateTime at) => state.Expire();
}
