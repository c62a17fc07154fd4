using CrmSuite.Contracts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Rates;
using FsCheck;
using FsCheck.Fluent;
using static CrmSuite.Sales.Tests.Opportunities.Deals;

namespace CrmSuite.Sales.Tests.Opportunities;

public sealed class BridgeTests
{
    static readonly Guid Other = OpenOpportunity.IdOf("erp", "O-2");
    static readonly DateOnly June = new(2026, 6, 30);
    static readonly RateTable Rates = new(Kept, [new(RateId, "USD", new(2026, 3, 1), 0.9m, Now.AddDays(-1))]);
    static readonly Span Week = new(Now, Now.AddDays(7));

    [Fact]
    public void Each_change_has_its_own_bar_and_nothing_is_netted()
    {
        var bridge = Of(Rates, Week,
            Step(Id, -1, DealChange.Opened, 1_000), Step(Id, 1, DealChange.AmountChanged, 1_500), Step(Id, 2, DealChange.AmountChanged, 1_200),
                Step(Id, 3, DealChange.Won, 1_200, isOpen: false),
            Step(Id, 4, DealChange.Reopened, 1_200), Step(Other, 1, DealChange.Opened, 500), Step(Other, 2, DealChange.Lost, 500, isOpen: false));
        Assert.Equal((900, 1_080, 0), (bridge.OpeningMinor, bridge.ClosingMinor, bridge.CheckMinor));
        Assert.Equal([450, 450, -270, 0, 0, 0, 0, 1_080, -1_080, -450, 0, 0], Enum.GetValues<Bar>().Select(bridge.Sum));
    }

    [Fact]
    public void A_win_at_another_value_at_the_same_instant_is_told_in_two_bars()
    {
        var bridge = Of(Rates, Week, Step(Id, -1, DealChange.Opened, 1_000), Step(Id, 1, DealChange.AmountChanged, 800),
            Step(Id, 1, DealChange.Won, 800, isOpen: false));
        Assert.Equal((-180, -720, 0), (bridge.Sum(Bar.AmountDown), bridge.Sum(Bar.Won), bridge.CheckMinor));
    }

    [Fact]
    public void A_close_date_counts_only_where_it_crosses_the_edge()
    {
        var quarter = Week with { CloseFrom = new(2026, 4, 1), CloseUntil = June };
        var bridge = Of(Rates, quarter, Step(Id, -1, DealChange.Opened, 1_000), Step(Id, 1, DealChange.CloseDateMoved, 1_000, close: new(2026, 5, 1)),
            Step(Id, 2, DealChange.CloseDateMoved, 1_000, close: new(2026, 7, 1)), Step(Id, 3, DealChange.AmountChanged, 2_000, close: new(2026, 7, 1)),
            Step(Id, 4, DealChange.CloseDateMoved, 2_000, close: June));
        Assert.Equal((900, -900, 1_800, 0, 1_800),
            (bridge.OpeningMinor, bridge.Sum(Bar.PushedOut), bridge.Sum(Bar.PulledIn), bridge.Sum(Bar.AmountUp), bridge.ClosingMinor));
        Assert.Equal(2, bridge.Items.Count);
    }

    [Fact]
    public void A_deal_that_changes_hands_leaves_one_owners_bridge_and_enters_the_others()
    {
        Step[] steps = [Step(Id, -1, DealChange.Opened, 1_000), Step(Id, 1, DealChange.OwnerChanged, 1_000, owner: "u-bob")];
        Assert.Equal(-900, Of(Rates, Week with { OwnerId = "u-ann" }, steps).Sum(Bar.OwnerOut));
        Assert.Equal(900, Of(Rates, Week with { OwnerId = "u-bob" }, steps).Sum(Bar.OwnerIn));
        Assert.Empty(Of(Rates, Week, steps).Items);
    }

    [Fact]
    public void A_new_rate_and_a_correction_are_changes_of_their_own_that_name_the_rate()
    {
        var next = Guid.Parse("8e7d6c5b-4a39-5b28-9c17-0d1e2f3a4b5c");
        RateTable rates = new(Kept, [new(RateId, "USD", new(2026, 3, 1), 0.9m, Now.AddDays(-1)), new(next, "USD", new(2026, 3, 4), 0.8m, Now.AddDays(1)),
            new(next, "USD", new(2026, 3, 4), 0.85m, Now.AddDays(4))]);
        var bridge = Of(rates, Week, Step(Id, -1, DealChange.Opened, 1_000), Step(Id, 3, DealChange.AmountChanged, 2_000));
        Assert.Equal(
            [new(Bar.Fx, Id, new(2026, 3, 4, 0, 0, 0, DateTimeKind.Utc), next, -100),
                new(Bar.AmountUp, Id, Now.AddDays(3), Event(Id, 3, DealChange.AmountChanged), 800), new(Bar.Fx, Id, Now.AddDays(4), next, 100)],
            bridge.Items);
        Assert.Equal((900, 1_700, 0), (bridge.OpeningMinor, bridge.ClosingMinor, bridge.CheckMinor));
    }

    [Fact]
    public void A_deal_without_a_rate_counts_when_the_rate_comes()
    {
        RateTable late = new(Kept, [new(RateId, "USD", new(2026, 3, 1), 0.9m, Now.AddDays(2))]);
        var bridge = Of(late, Week, Step(Id, 1, DealChange.Opened, 1_000));
        Assert.Equal((0, 0, 900, 900), (bridge.OpeningMinor, bridge.Sum(Bar.New), bridge.Sum(Bar.Fx), bridge.ClosingMinor));
    }

    /// <summary>
    /// Over any history of edits and rates the bars make up the difference of two pipelines that are computed without the bridge, to the last minor unit; and
    /// FX is what the
    /// rates did, computed without the other bars.
    /// </summary>
    [Fact]
    public void Whatever_happens_the_bridge_reconciles_to_the_cent_and_FX_is_no_remainder()
    {
        var edit = from deal in Gen.Choose(0, 3)
                   from hours in Gen.Choose(0, 30)
                   from kind in Gen.Choose(0, 7)
                   from value in Gen.Choose(0, 300_000)
                   select (deal, hours, kind, value);
        var rate = from currency in Gen.Choose(0, 2)
                   from day in Gen.Choose(-5, 12)
                   from hours in Gen.Choose(-48, 240)
                   from value in Gen.Choose(1, 20_000)
                   select (currency, day, hours, value);
        var worlds = from edits in Gen.ListOf(edit)
                     from rates in Gen.ListOf(rate)
                     from opens in Gen.Choose(0, 120)
                     from lasts in Gen.Choose(0, 200)
                     from kind in Gen.Choose(0, 2)
                     select (edits: edits.ToList(), rates: rates.ToList(), opens, lasts, kind);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400),
            Prop.ForAll(worlds.ToArbitrary(), world => Holds(Steps(world.edits), Published(world.rates), world.opens, world.lasts, world.kind)));
    }

    static void Holds(IReadOnlyList<Step> steps, IReadOnlyList<PublishedRate> published, int opens, int lasts, int kind)
    {
        var from = Now.AddHours(opens);
        var span = new Span(from, from.AddHours(lasts), kind > 0 ? new(2026, 5, 1) : null, kind > 0 ? June : null, kind > 1 ? "u-ann" : null);
        var bridge = Bridge.Of(steps, new(Kept, published), span);

        Assert.Equal(Total(steps, published, span, span.From), bridge.OpeningMinor);
        Assert.Equal(Total(steps, published, span, span.Until), bridge.ClosingMinor);
        Assert.Equal(0, bridge.CheckMinor);
        Assert.Equal(Fx(steps, published, span), bridge.Sum(Bar.Fx));
        Assert.All(bridge.Items, item => Assert.Equal(item.Bar == Bar.Fx, published.Any(rate => rate.RateId == item.CauseId)));
        Assert.All(bridge.Items, item =>
            Assert.Equal(item.Bar is Bar.AmountUp or Bar.PulledIn or Bar.OwnerIn or Bar.New or Bar.Reopened || (item.Bar == Bar.Fx && item.AmountMinor > 0),
            item.AmountMinor > 0));
    }

    /// <summary>The pipeline of an instant by the rule alone: the deals as their last event left them, at the newest rate whose day has come and which is
    /// known.</summary>
    static long Total(IReadOnlyList<Step> steps, IReadOnlyList<PublishedRate> published, Span span, DateTime at) =>
        steps.Where(step => step.At <= at).GroupBy(step => step.OpportunityId).Sum(deal => Worth(deal.Last(), published, span, at));

    /// <summary>What the rates did, minute by minute: the deals of a minute before, at the rates of this one and of the one before.</summary>
    static long Fx(IReadOnlyList<Step> steps, IReadOnlyList<PublishedRate> published, Span span)
    {
        var instants = published.SelectMany(rate => (DateTime[])[rate.At, rate.FirstDay.ToDateTime(default, DateTimeKind.Utc)])
            .Where(at => at > span.From && at <= span.Until).Distinct();
        return instants.Sum(at => steps.Where(step => step.At < at).GroupBy(step => step.OpportunityId)
            .Sum(deal => Worth(deal.Last(), published, span, at) - Worth(deal.Last(), published, span, at.AddTicks(-1))));
    }

    static long Worth(Step deal, IReadOnlyList<PublishedRate> published, Span span, DateTime at)
    {
        var rate = published.Where(rate => rate.Currency == deal.Amount.Currency && rate.At <= at && rate.FirstDay <= DateOnly.FromDateTime(at))
            .OrderBy(rate => rate.FirstDay).ThenBy(rate => rate.At).LastOrDefault();
        return !deal.IsOpen || deal.CloseDate < span.CloseFrom || deal.CloseDate > span.CloseUntil
            || (span.OwnerId is not null && deal.OwnerId != span.OwnerId) ? 0
            : deal.Amount.Currency == "EUR" ? deal.Amount.Minor
            : rate is null ? 0
            : Money.Of(deal.Amount.Minor * rate.Value / Money.UnitsPerWhole(deal.Amount.Currency), "EUR").Minor;
    }

    /// <summary>Edits as a history that can have happened: a deal is opened first, changed while it is open, reopened when it is not.</summary>
    static List<Step> Steps(List<(int Deal, int Hours, int Kind, int Value)> edits)
    {
        var (steps, at, deals) = (new List<Step>(), Now, new Dictionary<int, Step>());
        foreach (var (deal, hours, kind, value) in edits)
        {
            at = at.AddHours(hours);
            var currency = ((string[])["EUR", "USD", "JPY", "KWD"])[deal];
            var step = deals.GetValueOrDefault(deal) switch
            {
                null => new(Ids.Derive("deal", $"{deal}"), default, at, DealChange.Opened, true, new(value, currency), new(2026, 6, 1), "u-ann", null),
                { IsOpen: false } ended => ended with { Change = DealChange.Reopened, IsOpen = true, Amount = new(value, currency) },
                { } open => kind switch
                {
                    0 or 1 => open with { Change = DealChange.AmountChanged, Amount = new(value, currency) },
                    2 => open with { Change = DealChange.CloseDateMoved, CloseDate = new DateOnly(2026, 4, 1).AddDays(value % 150) },
                    3 => open with { Change = DealChange.OwnerChanged, OwnerId = value % 2 == 0 ? "u-ann" : "u-bob" },
                    4 => open with { Change = DealChange.Won, IsOpen = false },
                    5 => open with { Change = DealChange.Lost, IsOpen = false },
                    6 => open with { Change = DealChange.Withdrawn, IsOpen = false },
                    _ => open with { Change = DealChange.Other },
                },
            };
            steps.Add(deals[deal] = step with { At = at, EventId = Ids.Derive("edit", $"{steps.Count}") });
        }

        return steps;
    }

    /// <summary>Rates as they can have been told: the first value of a currency and day is published, the later ones are corrections of it.</summary>
    static List<PublishedRate> Published(List<(int Currency, int Day, int Hours, int Value)> rates) => [.. rates.Select(rate =>
    {
        var (currency, day) = (((string[])["USD", "JPY", "KWD"])[rate.Currency], new DateOnly(2026, 3, 2).AddDays(rate.Day));
        return new PublishedRate(Ids.Derive("rate", currency, $"{day}"), currency, day, rate.Value / 10_000m, Now.AddHours(rate.Hours));
    }).DistinctBy(rate => (rate.RateId, rate.At))];

    static Bridge Of(RateTable rates, Span span, params Step[] steps) => Bridge.Of(steps, rates, span);

    static Guid Event(Guid deal, int day, DealChange change) => Ids.Derive("event", $"{deal}", $"{day}", $"{change}");

    static Step Step(Guid deal, int day, DealChange change, long minor, bool isOpen = true, DateOnly? close = null, string owner = "u-ann") =>
        new(deal, Event(deal, day, change), Now.AddDays(day), change, isOpen, Dollar(minor), close ?? June, owner, null);
}
