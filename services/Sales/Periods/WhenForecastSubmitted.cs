using CrmSuite.Bus;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.Periods;

/// <summary>The first forecast of a period is the beginning of its planning: from now on its end falls due.</summary>
sealed class WhenForecastSubmitted : IWhen<ForecastSubmitted, Period>
{
    public static Guid? Target(ForecastSubmitted fact) => Period.IdOf(fact.Period);

    public static Decision Decide(Period state, Heard<ForecastSubmitted> heard) => state.Open(heard.Event.Period, heard.Event.From, heard.Event.Until);
}
