using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Periods;

/// <summary>When a period is over its forecasts are frozen, if nobody has frozen them before.</summary>
sealed class PeriodFreeze : IDue<Period>
{
    public static string Kind => "freeze";

    public static DateTime? At(Period state) => state.IsOpen() && !state.IsFrozen ? state.Until : null;

    public static Decision Decide(Period state, DateTime at) => state.Freeze();
}
