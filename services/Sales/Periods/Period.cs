using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Periods;

/// <summary>A fiscal period that is planned for. Its forecasts are frozen by one event: what lies before it in the journal counts, for all owners
/// alike.</summary>
sealed record Period(Guid PeriodId, string Key, DateTime From, DateTime Until, bool IsFrozen) : IFold<Period>
{
    /// <summary>The code where nobody has submitted a forecast of a period that the books know.</summary>
    public const string NotPlanned = "period.not-planned";

    /// <summary>What is said then.</summary>
    public const string WhyNotPlanned = "Nobody has submitted a forecast for this period: there is none to be frozen or compared.";

    public static string Category => "sales.period";

    public static Period Initial { get; } = new(default, "", default, default, false);

    /// <summary>Whether it is planned for.</summary>
    public bool IsOpen() => PeriodId != default;

    /// <summary>The stream of a key.</summary>
    public static Guid IdOf(string key) => Ids.Derive("period", key);

    public static Period Evolve(Period state, Event fact) => fact switch
    {
        PeriodOpened e => new(e.PeriodId, e.Period, e.From, e.Until, false),
        PeriodFrozen => state with { IsFrozen = true },
        _ => state,
    };

    public Decision Open(string key, DateTime from, DateTime until) => IsOpen() ? [] : new PeriodOpened(IdOf(key), key, from, until);

    public Decision Freeze() => !IsOpen() ? Refuse(NotPlanned, WhyNotPlanned) : IsFrozen ? [] : new PeriodFrozen(PeriodId, Key);
}
