using System.Diagnostics;
using CrmSuite.Contracts;
using CrmSuite.Sales.Rates;

namespace CrmSuite.Sales.Opportunities;

/// <summary>What a change of the pipeline is put down to.</summary>
enum Bar { New, AmountUp, AmountDown, PulledIn, PushedOut, OwnerIn, OwnerOut, Reopened, Won, Lost, Withdrawn, Fx }

/// <summary>A deal as an event left it.</summary>
/// <param name="OpportunityId">The deal.</param>
/// <param name="EventId">The event.</param>
/// <param name="At">When it happened.</param>
/// <param name="Change">What it did.</param>
/// <param name="IsOpen">Whether the deal is open.</param>
/// <param name="Amount">What it may be worth, net of tax.</param>
/// <param name="CloseDate">When it should be decided.</param>
/// <param name="OwnerId">Who sells.</param>
/// <param name="OwnerTeam">His team.</param>
sealed record Step(Guid OpportunityId, Guid EventId, DateTime At, DealChange Change, bool IsOpen, Money Amount, DateOnly CloseDate, string OwnerId,
    string? OwnerTeam);

/// <summary>Which pipeline is bridged: from one instant to another, of deals to be decided in a time, of one owner or team; what is null is not asked
/// for.</summary>
sealed record Span(DateTime From, DateTime Until, DateOnly? CloseFrom = null, DateOnly? CloseUntil = null, string? OwnerId = null, string? OwnerTeam = null)
{
    /// <summary>Whether the deal is in the pipeline.</summary>
    public bool Holds(Step deal) => deal.IsOpen && !(deal.CloseDate < CloseFrom) && !(deal.CloseDate > CloseUntil) && (OwnerId ?? deal.OwnerId) == deal.OwnerId
        && (OwnerTeam ?? deal.OwnerTeam) == deal.OwnerTeam;
}

/// <summary>One change of the pipeline, in minor units of the reporting currency, and what it comes from: an event of the deal or, for FX, an exchange
/// rate.</summary>
sealed record BridgeItem(Bar Bar, Guid OpportunityId, DateTime At, Guid CauseId, long AmountMinor);

/// <summary>
/// How one pipeline became another (rulings.md 17). Every event, every start of a rate and every correction is a step; what it changes goes whole to one bar.
/// So the bars
/// are gross, FX is counted like the others and never a remainder, and opening and bars make up the closing to the last minor unit.
/// </summary>
/// <param name="OpeningMinor">The pipeline at the beginning.</param>
/// <param name="Items">The changes, in order of deals and time.</param>
/// <param name="ClosingMinor">The pipeline at the end, from the deals as they are then.</param>
sealed record Bridge(long OpeningMinor, IReadOnlyList<BridgeItem> Items, long ClosingMinor)
{
    /// <summary>What the bars leave unexplained: always zero.</summary>
    public long CheckMinor => ClosingMinor - OpeningMinor - Items.Sum(item => item.AmountMinor);

    /// <summary>What one bar is worth.</summary>
    public long Sum(Bar bar) => Items.Where(item => item.Bar == bar).Sum(item => item.AmountMinor);

    /// <param name="steps">Each deal as it was at the beginning, and as every later event left it; of one deal in order.</param>
    /// <param name="rates">What amounts are worth.</param>
    /// <param name="span">Which pipeline.</param>
    public static Bridge Of(IEnumerable<Step> steps, RateTable rates, Span span)
    {
        var (opening, closing, items) = (0L, 0L, new List<BridgeItem>());
        foreach (var deal in steps.Where(step => step.At <= span.Until).GroupBy(step => step.OpportunityId))
        {
            var before = deal.LastOrDefault(step => step.At <= span.From);
            opening += Value(before, rates, span, span.From);
            closing += Value(deal.Last(), rates, span, span.Until);
            items.AddRange(Walk(before, [.. deal.Where(step => step.At > span.From)], rates, span));
        }

        return new(opening, items, closing);
    }

    /// <summary>One deal through the window: before each event the rates that changed since the one before it, after the last the rest of them.</summary>
    static IEnumerable<BridgeItem> Walk(Step? deal, IReadOnlyList<Step> events, RateTable rates, Span span)
    {
        var (at, value) = (span.From, Value(deal, rates, span, span.From));
        foreach (var next in events)
        {
            foreach (var item in Drift(deal, value, at, next.At, rates, span))
            {
                value += item.AmountMinor;
                yield return item;
            }

            var after = Value(next, rates, span, next.At);
            if (after != value)
            {
                yield return new(BarOf(next.Change, after - value), next.OpportunityId, next.At, next.EventId, after - value);
            }

            (deal, at, value) = (next, next.At, after);
        }

        foreach (var item in Drift(deal, value, at, span.Until, rates, span))
        {
            yield return item;
        }
    }

    /// <summary>What the rates make of a deal that stays as it is.</summary>
    static IEnumerable<BridgeItem> Drift(Step? deal, long value, DateTime after, DateTime until, RateTable rates, Span span)
    {
        if (deal is null || !span.Holds(deal))
        {
            yield break;
        }

        foreach (var at in rates.Changes(deal.Amount.Currency, after, until))
        {
            var drifted = Value(deal, rates, span, at);
            if (drifted != value)
            {
                yield return new(Bar.Fx, deal.OpportunityId, at, rates.InForce(deal.Amount.Currency, at)!.RateId, drifted - value);
                value = drifted;
            }
        }
    }

    /// <summary>What a deal counts in the pipeline at an instant: nothing while its currency has no rate.</summary>
    static long Value(Step? deal, RateTable rates, Span span, DateTime at) => deal is not null && span.Holds(deal) ? rates.AtReportingRate(deal.Amount, at)
        ?? 0 : 0;

    static Bar BarOf(DealChange change, long delta) => change switch
    {
        DealChange.Opened => Bar.New,
        DealChange.AmountChanged => delta > 0 ? Bar.AmountUp : Bar.AmountDown,
        DealChange.CloseDateMoved => delta > 0 ? Bar.PulledIn : Bar.PushedOut,
        DealChange.OwnerChanged => delta > 0 ? Bar.OwnerIn : Bar.OwnerOut,
        DealChange.Reopened => Bar.Reopened,
        DealChange.Won => Bar.Won,
        DealChange.Lost => Bar.Lost,
        DealChange.Withdrawn => Bar.Withdrawn,
        _ => throw new UnreachableException("Nothing else changes what a deal counts."),
    };
}
