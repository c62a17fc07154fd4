using CrmSuite.Contracts;
using CrmSuite.Journal;
using FsCheck;
using FsCheck.Fluent;

namespace CrmSuite.Views.Tests;

/// <summary>The value as of (t, k) is the fold of the events with business time ≤ t and known ≤ k.</summary>
public sealed class HistoryViewTests : IAsyncLifetime
{
    static readonly DateTime Base = new(2024, 3, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly ViewDeclaration History = ViewDeclaration.Of<OrderHistory.Row, OrderHistory>();
    Shop shop = null!;

    public async ValueTask InitializeAsync() => shop = await Shop.Open();

    public async ValueTask DisposeAsync() => await shop.DisposeAsync();

    [Fact]
    public async Task A_row_is_what_was_true_then_by_what_was_known_then()
    {
        var runner = shop.Start(History);
        var order = Guid.CreateVersion7();
        var first = await shop.Write(order, Shop.Paid(order, order, 10), Base);
        var second = await shop.Write(order, Shop.Paid(order, order, 20), Base.AddDays(5));
        Assert.Equal(20, (await Ask(null, Base.AddDays(9)))!.Minor);
        Assert.Equal(10, (await Ask(null, Base.AddDays(4)))!.Minor);
        Assert.Equal(10, (await Ask(first, Base.AddDays(9)))!.Minor);
        Assert.Equal(20, (await Ask(second, Base.AddDays(5)))!.Minor);
        Assert.Null(await Ask(null, Base.AddDays(-1)));
        Assert.Equal(20, (await shop.Queries(runner).Find<OrderHistory, OrderHistory.Row>(order, default))!.Minor);
        await shop.Write(order, Shop.Returned(order, order, 20), Base.AddDays(7));
        Assert.Null(await shop.Queries(runner).Find<OrderHistory, OrderHistory.Row>(order, default));
        Assert.Equal(20, (await Ask(null, Base.AddDays(6)))!.Minor);
        await shop.Law<OrderHistory.Row, OrderHistory>();

        Task<OrderHistory.Row?> Ask(Position? known, DateTime at) => shop.Queries(runner).AsOf<OrderHistory, OrderHistory.Row>(order, at, known, default);
    }

    [Fact]
    public async Task Any_history_equals_folding()
    {
        var runner = shop.Start(History);
        var step = from key in Gen.Choose(0, 2) from minor in Gen.Choose(-1, 3) from minutes in Gen.Choose(0, 2) select (key, minor, minutes);
        var steps = from count in Gen.Choose(1, 25) from list in step.ListOf(count) select list.ToList();
        var round = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(15), Prop.ForAll(steps.ToArbitrary(), history =>
            Task.Run(() => Holds(runner, history, round++)).GetAwaiter().GetResult()));
        await shop.Law<OrderHistory.Row, OrderHistory>();
    }

    async Task Holds(ViewRunner runner, List<(int Key, int Minor, int Minutes)> history, int round)
    {
        var told = new List<(Guid Key, int Minor, DateTime At, Position Known)>();
        var at = Base;
        foreach (var (key, minor, minutes) in history)
        {
            var id = Ids.Derive("history", $"{round}", $"{key}");
            at = at.AddMinutes(minutes);
            told.Add((id, minor, at, await shop.Write(id, minor < 0 ? Shop.Returned(id, id, 1) : Shop.Paid(id, id, minor), at)));
        }

        foreach (var key in told.Select(fact => fact.Key).Distinct())
        {
            foreach (var t in told.Select(fact => fact.At).Append(Base.AddMinutes(-1)).Distinct())
            {
                foreach (var known in told.Where((_, i) => i % 3 == 0).Select(fact => (Position?)fact.Known).Append(null))
                {
                    var expected = told.Where(fact => fact.Key == key && fact.At <= t && (known is null || fact.Known <= known))
                        .Aggregate((long?)null, (minor, fact) => fact.Minor < 0 ? null : fact.Minor == 0 ? minor : fact.Minor);
                    Assert.Equal(expected, (await shop.Queries(runner).AsOf<OrderHistory, OrderHistory.Row>(key, t, known, default))?.Minor);
                }
            }
        }
    }
}
