using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Forecasts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotas;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Forecasts;

public sealed class ForecastTests : DeciderTests
{
    const string Quarter = "FY2026-Q3";
    static readonly DateTime From = new(2026, 6, 30, 22, 0, 0, DateTimeKind.Utc);
    static readonly DateTime Until = new(2026, 9, 30, 22, 0, 0, DateTimeKind.Utc);
    static readonly DateTime Now = new(2026, 7, 10, 9, 0, 0, DateTimeKind.Utc);
    static readonly ForecastSums Counted = new(Euro(4), Euro(7), Euro(3), Euro(9));
    static readonly Outlook Told = new(new(Quarter, new(2026, 7, 1), new(2026, 9, 30)), From, Until, false, Counted);
    static readonly Seller Ann = new("u-ann", "north", IsForAll: false);
    static readonly Seller Bob = new("u-bob", "south", IsForAll: false);
    static readonly Seller Max = new("u-max", "north", IsForAll: false, new Led(new HashSet<string> { "north" }, new HashSet<string> { "u-ann", "u-max" }));
    static readonly Seller Eve = new("u-eve", "south", IsForAll: false, new Led(new HashSet<string> { "south" }, new HashSet<string> { "u-bob" }));

    static readonly ForecastSubmitted Submitted = new(Forecast.IdOf(Quarter, "u-ann"), Quarter, From, Until, "u-ann", "north", Euro(11), Euro(14), Euro(23),
        Counted);
    static readonly ForecastAdjusted Adjusted = new(Forecast.IdOf(Quarter, "u-max"), Quarter, "u-max", "north", "u-ann", Euro(-2), "too-hopeful");

    [Fact]
    public void What_an_owner_does_not_say_is_what_his_deals_say() => Submit(new()).Then(Submitted);

    [Fact]
    public void He_may_submit_anew_and_the_same_again_adds_nothing()
    {
        Given<Forecast>(Submitted).When(f => f.Submit(new(Euro(12)), Told, "u-ann", "north", Ann, Now)).Then(Submitted with { Commit = Euro(12) });
        Given<Forecast>(Submitted).When(f => f.Submit(new(), Told, "u-ann", "north", Ann, Now)).ThenNothing();
    }

    [Fact]
    public void Nobody_submits_for_somebody_else_but_his_manager()
    {
        Given<Forecast>().When(f => f.Submit(new(), Told, "u-ann", "north", Bob, Now)).ThenRefused("forecast.other-owner");
        Given<Forecast>().When(f => f.Submit(new(), Told, "u-ann", "north", Eve, Now)).ThenRefused("forecast.other-owner");
        Given<Forecast>().When(f => f.Submit(new(), Told, "u-ann", "north", Max, Now)).Then(Submitted);
    }

    [Fact]
    public void Nothing_is_said_of_a_period_that_is_frozen_or_over_nor_in_another_currency()
    {
        Given<Forecast>().When(f => f.Submit(new(), Told with { IsFrozen = true }, "u-ann", "north", Ann, Now)).ThenRefused("forecast.frozen");
        Given<Forecast>().When(f => f.Submit(new(), Told, "u-ann", "north", Ann, Until)).ThenRefused("forecast.period-over");
        Submit(new(new(1, "USD"))).ThenRefused("forecast.other-currency");
        Adjust(new("u-ann", new(1, "USD"), "fx"), Max).ThenRefused("forecast.other-currency");
    }

    [Fact]
    public void A_manager_adjusts_in_his_own_stream_what_his_people_say()
    {
        Adjust(new("u-ann", Euro(-2), "too-hopeful"), Max).Then(Adjusted);
        Given<Forecast>(Adjusted).When(f => f.Adjust(new("u-ann", Euro(0), "sorry"), Told, Child(), Max, Now))
            .Then(Adjusted with { Delta = Euro(0), Reason = "sorry" });
        Given<Forecast>(Adjusted).When(f => f.Adjust(new("u-ann", Euro(5), "new-deal"), Told, Child(), Max, Now)).Then(Adjusted with
        {
            Delta = Euro(5),
            Reason = "new-deal"
        });
        Adjust(new("u-ann", Euro(-2), "too-hopeful"), Eve).ThenRefused("forecast.other-owner");
        Adjust(new("u-ann", Euro(-2), "too-hopeful"), Max with { Id = "u-ann" }).ThenRefused("forecast.own");
        Given<Forecast>().When(f => f.Adjust(new("u-ann", Euro(1), "hope"), Told, Forecast.Initial, Max, Now)).ThenRefused("forecast.not-submitted");
    }

    [Fact]
    public void What_was_forecast_is_compared_with_what_was_sold_and_nothing_sold_has_no_share()
    {
        var compared = new ForecastCompared(Submitted.ForecastId, Quarter, "u-ann", Euro(9), Euro(8), Euro(1), 1_250);
        Given<Forecast>(Submitted).When(f => f.Compare(Euro(9), Euro(8))).Then(compared);
        Given<Forecast>(Submitted).When(f => f.Compare(Euro(9), Euro(0))).Then(compared with { Actual = Euro(0), Error = Euro(9), ErrorBp = null });
    }

    [Fact]
    public void A_roll_up_is_the_sum_of_what_the_owners_say_and_of_the_named_adjustments()
    {
        ForecastHistory.Row[] said =
        [
            Row("u-ann", 11), Row("u-bob", 20), Row("u-max", null, new ForecastHistory.Adjustment("u-ann", -2, "too-hopeful")),
            Row("u-top", null, new ForecastHistory.Adjustment("u-ann", 1, "trust"), new ForecastHistory.Adjustment("u-bob", -5, "late")),
        ];
        Win[] wins = [Won("u-ann", 8), Won("u-ann", 4), Won("u-ann", -4), Won("u-cat", 3)];
        var roll = RollUp.Of(said, wins, [new(Guid.NewGuid(), Quarter, "u-bob", "south", 30, "EUR", 1, Now)], win => win.AmountMinor);

        Assert.Equal(["u-ann 11 10 8 2 2500", "u-bob 20 15 0 15 ", "u-cat  0 3 -3 -10000"],
            roll.Lines.Select(line => $"{line.OwnerId} {line.CommitMinor} {line.ForecastMinor} {line.ActualMinor} {line.ErrorMinor} {line.ErrorBp}"));
        Assert.Equal((31, 25, 11, 14, 12_727), (roll.CommitMinor, roll.ForecastMinor, roll.ActualMinor, roll.ErrorMinor, roll.ErrorBp));
        Assert.Equal([new("u-max", -2, "too-hopeful"), new("u-top", 1, "trust")], roll.Lines[0].Adjustments);
        Assert.Equal(30, roll.Lines[1].QuotaMinor);
    }

    [Fact]
    public void Coverage_is_what_is_open_over_what_is_missing_of_the_quota()
    {
        Assert.Equal(20_000, Coverage.Of("u-ann", "north", 100, 40, 120).RatioBp);
        Assert.Null(Coverage.Of("u-ann", "north", 100, 100, 120).RatioBp);
    }

    [Fact]
    public void The_history_keeps_each_managers_word_on_each_of_his_people()
    {
        var row = Entries.Fold<Forecast, ForecastHistory.Row, ForecastHistory>(Adjusted.ForecastId, (Now, Adjusted), (Now,
            Adjusted with { ChildOwner = "u-bob" }),
            (Now, Adjusted with { Delta = Euro(0) }))!;
        Assert.Equal([new("u-bob", -2, "too-hopeful")], row.Adjustments);
        Assert.Null(row.CommitMinor);
        var own = Entries.Fold<Forecast, ForecastHistory.Row, ForecastHistory>(Submitted.ForecastId, (Now, Submitted), (Now.AddDays(1),
            Submitted with { Commit = Euro(5) }))!;
        Assert.Equal((5L, 2, Now.AddDays(1)), (own.CommitMinor!.Value, own.Submissions, own.SubmittedAt!.Value));
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(new SubmitForecast().Invalid());
        Assert.Equal("forecast.amount", new SubmitForecast(Best: Euro(-1)).Invalid()?.Code);
        Assert.Equal("forecast.delta", new AdjustForecast("u-ann", new(1, "euro"), "hope").Invalid()?.Code);
        Assert.Equal("reason.form", new AdjustForecast("u-ann", Euro(1), "I hope so").Invalid()?.Code);
    }

    static When<Forecast> Submit(SubmitForecast command) => Given<Forecast>().When(f => f.Submit(command, Told, "u-ann", "north", Ann, Now));

    static When<Forecast> Adjust(AdjustForecast command, Seller by) => Given<Forecast>().When(f => f.Adjust(command, Told, Child(), by, Now));

    static Forecast Child() => Given<Forecast>(Submitted).State;

    static ForecastHistory.Row Row(string owner, long? commit, params ForecastHistory.Adjustment[] adjustments) =>
        new(Forecast.IdOf(Quarter, owner), Quarter, owner, "north", "EUR", commit, commit, commit, commit is null ? 0 : 1, Now, adjustments);

    static Win Won(string owner, long minor) => new(Guid.NewGuid(), owner, "north", minor, "EUR", null, Now, minor < 0, Guid.NewGuid());

    static Money Euro(long minor) => new(minor, "EUR");
}
