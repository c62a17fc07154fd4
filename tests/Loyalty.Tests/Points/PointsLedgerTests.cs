using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Loyalty.Points;
using CrmSuite.Views;
using FsCheck;
using FsCheck.Fluent;

namespace CrmSuite.Loyalty.Tests.Points;

/// <summary>The ledger over random histories, beside a reference that knows no lots: it counts single points, one by one.</summary>
public sealed class PointsLedgerTests
{
    static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");

    public enum Kind { Pay, Return, Credit, Redeem, Grant, Expire }

    /// <summary>One thing that happens, some hours after the one before it.</summary>
    public sealed record Step(Kind Kind, int Order, int Amount, int Hours);

    [Fact]
    public void Available_and_debt_equal_a_count_of_single_points() =>
        Prop.ForAll(Histories().ToArbitrary(), steps =>
        {
            var (ledger, reference) = (new Ledger(), new Reference());
            foreach (var (step, number) in steps.Select((step, number) => (step, number)))
            {
                ledger.Do(step, number);
                reference.Do(step);
                Assert.Equal((reference.Available, reference.Debt), (ledger.Account.Available(ledger.Now), ledger.Account.Debt));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_lot_is_ever_empty_or_negative_and_who_owes_has_nothing_to_spend() =>
        Prop.ForAll(Histories().ToArbitrary(), steps =>
        {
            var ledger = new Ledger();
            foreach (var (step, number) in steps.Select((step, number) => (step, number)))
            {
                ledger.Do(step, number);
                Assert.All(ledger.Account.Lots, lot => Assert.True(lot.Left > 0));
                Assert.Distinct(ledger.Account.Lots.Select(lot => lot.LotId));
                Assert.True(ledger.Account.Debt == 0 || (ledger.Account.Debt > 0 && ledger.Account.Available(ledger.Now) == 0));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_came_in_is_what_went_out_and_what_is_left() =>
        Prop.ForAll(Histories().ToArbitrary(), steps =>
        {
            var ledger = Ledger.Of(steps);

            long Sum<T>(Func<T, long> points) where T : Event => ledger.Facts.OfType<T>().Sum(points);
            var left = Sum<PointsAccrued>(e => e.Points - e.Netted) - Sum<PointsRedeemed>(e => e.Points) - Sum<PointsClawedBack>(e => e.Points - e.Debt) - Sum<PointsExpired>(e => e.Points);

            Assert.Equal(left, ledger.Account.Lots.Sum(lot => lot.Left));
            Assert.Equal(Sum<PointsClawedBack>(e => e.Debt) - Sum<PointsAccrued>(e => e.Netted), ledger.Account.Debt);
            Assert.All(ledger.Facts.OfType<PointsRedeemed>(), e => Assert.Equal(e.Points, e.Allocation.Sum(share => share.Points)));
            Assert.All(ledger.Facts.OfType<PointsClawedBack>(), e => Assert.Equal(e.Points, e.Allocation.Sum(share => share.Points) + e.Debt));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Hearing_everything_twice_and_late_changes_nothing() =>
        Prop.ForAll(Histories().ToArbitrary(), steps =>
        {
            var ledger = Ledger.Of(steps);

            Assert.All(ledger.Heard, again => Assert.Empty(again(ledger.Account).Events));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Without_spending_and_expiry_the_balance_does_not_depend_on_the_order_in_which_streams_are_heard() =>
        Prop.ForAll(Histories().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (steps, seed) =>
        {
            var kept = steps.Where(step => step.Kind is Kind.Pay or Kind.Return or Kind.Credit).ToList();
            var (told, shuffled) = (Ledger.Of(kept), new Ledger());

            // Each order's own facts stay in order; between orders and credits everything may come in any order.
            var random = new Random(seed);
            var streams = kept.Select((step, number) => (step, number)).GroupBy(pair => pair.step.Kind == Kind.Credit ? -1 - pair.number : pair.step.Order).Select(stream => new Queue<(Step, int)>(stream)).ToList();
            while (streams.Count > 0)
            {
                var stream = streams[random.Next(streams.Count)];
                var (step, number) = stream.Dequeue();
                shuffled.Do(step, number);
                streams.RemoveAll(queue => queue.Count == 0);
            }

            Assert.Equal(Balance(told), Balance(shuffled));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_balance_as_of_an_instant_is_the_fold_of_what_had_happened_by_then()
    {
        var ledger = new Ledger();
        ledger.Do(new(Kind.Pay, 1, 50_00, 1), 0);
        var then = ledger.Now;
        ledger.Do(new(Kind.Redeem, 0, 4, 1), 1);

        var asOf = ledger.Facts.Take(1).Aggregate(PointsAccount.Initial, PointsAccount.Evolve);

        Assert.Equal((50, 45), (asOf.Available(then), ledger.Account.Available(ledger.Now)));
    }

    static long Balance(Ledger ledger) => ledger.Account.Available(ledger.Now) - ledger.Account.Debt;

    /// <summary>Up to 40 steps over five orders; amounts are around whole units, where rounding bites.</summary>
    static Gen<List<Step>> Histories() =>
        Gen.Choose(0, 5).SelectMany(kind => Gen.Choose(0, 4).SelectMany(order => Gen.Choose(0, 9_99).SelectMany(amount => Gen.Choose(1, 60).Select(hours => new Step((Kind)kind, order, amount, hours)))))
            .ListOf().Select(steps => steps.Take(40).ToList());

    static Guid Order(int order) => Ids.Derive("order", "test", $"{order}");

    static Money Euro(long minor) => new(minor, "EUR");

    /// <summary>What Sales says of five orders: what each costs and how much of it came back. Amounts over the rest are not returned.</summary>
    sealed class Sales
    {
        readonly Dictionary<int, (long Total, long Returned)> orders = [];

        public (long Total, long Returned)? Pay(int order, long total) => orders.TryAdd(order, (total, 0)) ? orders[order] : null;

        public (long Total, long Before, long After)? Return(int order, long amount)
        {
            if (!orders.TryGetValue(order, out var known) || known.Returned + amount > known.Total)
            {
                return null;
            }

            orders[order] = (known.Total, known.Returned + amount);
            return (known.Total, known.Returned, known.Returned + amount);
        }
    }

    /// <summary>The noun, driven as its reactions drive it; every decision is folded, and remembered to be heard again.</summary>
    sealed class Ledger
    {
        readonly Sales sales = new();

        public PointsAccount Account { get; private set; } = PointsAccount.Initial;

        public DateTime Now { get; private set; } = Start;

        public List<Event> Facts { get; } = [];

        public List<Func<PointsAccount, Decision>> Heard { get; } = [];

        public static Ledger Of(IEnumerable<Step> steps)
        {
            var ledger = new Ledger();
            foreach (var (step, number) in steps.Select((step, number) => (step, number)))
            {
                ledger.Do(step, number);
            }

            return ledger;
        }

        public void Do(Step step, int number)
        {
            Now += TimeSpan.FromHours(step.Hours);
            var (at, id) = (Now, Ids.Derive("step", $"{number}"));
            switch (step.Kind)
            {
                case Kind.Pay when sales.Pay(step.Order, step.Amount) is { } paid:
                    Hear(account => account.Accrue(new(Order(step.Order), Customer, Euro(paid.Total), Euro(paid.Returned)), id, at));
                    break;
                case Kind.Return when sales.Return(step.Order, step.Amount / 3) is { } back:
                    Hear(account => account.ClawBack(new OrderReturned(Order(step.Order), Customer, id, [], Euro(back.After - back.Before), Euro(back.After), Euro(back.Total), false), at));
                    break;
                case Kind.Credit:
                    Hear(account => account.ClawBack(new CreditIssued(id, Customer, "test", $"{number}", Euro(step.Amount / 2 + 1)), at));
                    break;
                case Kind.Grant:
                    Hear(account => account.Grant(new(Customer, step.Amount % 9 + 1, "goodwill", at.AddDays(step.Amount % 20 + 1)), id, at));
                    break;
                case Kind.Redeem:
                    var redeemed = Account.Redeem(new(step.Amount % 9 + 1), id, at);
                    if (redeemed.Refusal is null)
                    {
                        Hear(account => account.Redeem(new(step.Amount % 9 + 1), id, at));
                    }

                    break;
                case Kind.Expire:
                    Hear(account => account.Expire(at));
                    break;
            }
        }

        void Hear(Func<PointsAccount, Decision> decide)
        {
            var decision = decide(Account);
            Assert.Null(decision.Refusal);
            Facts.AddRange(decision.Events);
            Account = decision.Events.Aggregate(Account, PointsAccount.Evolve);
            Heard.Add(decide);
        }
    }

    /// <summary>Single points, each with the order that earned it, the time it was earned and the time it ends.</summary>
    sealed class Reference
    {
        readonly Sales sales = new();
        readonly List<(DateTime Ends, DateTime Earned, int Order)> points = [];
        DateTime now = Start;

        public long Available => points.Count(point => point.Ends > now);

        public long Debt { get; private set; }

        public void Do(Step step)
        {
            now += TimeSpan.FromHours(step.Hours);
            switch (step.Kind)
            {
                case Kind.Pay when sales.Pay(step.Order, step.Amount) is { } paid:
                    Earn(paid.Total / 100, DateTime.MaxValue, step.Order);
                    break;
                case Kind.Return when sales.Return(step.Order, step.Amount / 3) is { } back:
                    Lose((back.Total - back.Before) / 100 - (back.Total - back.After) / 100, step.Order);
                    break;
                case Kind.Credit:
                    Lose((step.Amount / 2 + 1) / 100, null);
                    break;
                case Kind.Grant:
                    Earn(step.Amount % 9 + 1, now.AddDays(step.Amount % 20 + 1), -1);
                    break;
                case Kind.Redeem when step.Amount % 9 + 1 <= Available:
                    Lose(step.Amount % 9 + 1, null);
                    break;
            }
        }

        void Earn(long count, DateTime ends, int order)
        {
            for (; count > 0; count--)
            {
                if (Debt > 0)
                {
                    Debt--;
                }
                else
                {
                    points.Add((ends, now, order));
                }
            }
        }

        void Lose(long count, int? order)
        {
            for (; count > 0; count--)
            {
                var usable = points.Where(point => point.Ends > now).OrderByDescending(point => point.Order == order).ThenBy(point => point.Ends).ThenBy(point => point.Earned).ToList();
                if (usable.Count > 0)
                {
                    points.Remove(usable[0]);
                }
                else
                {
                    Debt++;
                }
            }
        }
    }
}
