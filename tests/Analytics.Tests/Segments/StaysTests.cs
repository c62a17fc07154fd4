using CrmSuite.Analytics.Segments;
using NodaTime;

namespace CrmSuite.Analytics.Tests.Segments;

public sealed class StaysTests
{
    static readonly DateTimeZone London = DateTimeZoneProviders.Tzdb["Europe/London"];
    static readonly DateTime Day = new(2021, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Steps_and_the_words_agree_at_random_instants_for_random_rules_and_histories()
    {
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new RandomRules(seed);
            var (rule, history) = (random.Rule(), random.History());
            var steps = Steps.Of(rule, history, London);
            Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.First.At < pair.Second.At && pair.First.Value != pair.Second.Value));
            for (var i = 0; i < 20; i++)
            {
                var t = random.Instant(history);
                var found = steps.Last(step => step.At <= t).Value;
                Assert.True(AtOneInstant.Truth(rule, history, t, London) == found, $"seed {seed} at {t:O}: {RuleText.Write(rule)}");
            }
        }
    }

    [Fact]
    public void Stays_never_overlap_and_hold_exactly_where_the_version_in_force_holds()
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            var random = new RandomRules(seed);
            VersionInForce[] versions = [new(Guid.Empty, 1, random.Rule(), Steps.Beginning, Day), new(Guid.Empty, 2, random.Rule(), Day, null)];
            var history = random.History();
            var stays = Stays.Of(versions, history, London);
            Assert.All(stays, stay => Assert.True(stay.ValidTo is null || stay.ValidFrom < stay.ValidTo));
            Assert.All(stays.Zip(stays.Skip(1)), pair => Assert.True(pair.First.ValidTo <= pair.Second.ValidFrom));
            for (var i = 0; i < 10; i++)
            {
                var t = random.Instant(history);
                var rule = versions[t < Day ? 0 : 1].Rule;
                var expected = history.First?.At <= t && AtOneInstant.Truth(rule, history, t, London) == true;
                Assert.Equal(expected, stays.Any(stay => stay.ValidFrom <= t && !(stay.ValidTo <= t)));
            }
        }
    }

    [Fact]
    public void The_event_that_caused_an_entry_moves_it_when_it_is_removed()
    {
        var checkedCauses = 0;
        for (var seed = 0; seed < 1_000; seed++)
        {
            var random = new RandomRules(seed);
            VersionInForce[] version = [new(Guid.Empty, 1, random.Rule(), Steps.Beginning, null)];
            var history = random.History();
            foreach (var stay in Stays.Of(version, history, London).Where(stay => stay.EnteredBy is not null))
            {
                var without = history with
                {
                    Orders = [.. history.Orders.Where(fact => fact.EventId != stay.EnteredBy).Select(fact => fact.CancelledBy == stay.EnteredBy ? fact with { CancelledAt = null } : fact)],
                    Credits = [.. history.Credits.Where(fact => fact.EventId != stay.EnteredBy)],
                    Profile = [.. history.Profile.Where(fact => fact.EventId != stay.EnteredBy)],
                };
                Assert.DoesNotContain(Stays.Of(version, without, London), other => other.ValidFrom == stay.ValidFrom && other.EnteredBy == stay.EnteredBy);
                checkedCauses++;
            }
        }

        Assert.True(checkedCauses > 500);
    }

    [Fact]
    public void A_window_ends_by_time_alone_and_the_end_is_known_ahead()
    {
        var order = new OrderFact(Day, Guid.NewGuid(), 1_000, "EUR");
        var stay = Assert.Single(Of("orders in last 30 days >= 1", History(order)));
        Assert.Equal((Day, Day.AddDays(30), order.EventId, (Guid?)null), (stay.ValidFrom, stay.ValidTo!.Value, stay.EnteredBy!.Value, stay.LeftBy));
        Assert.Equal("orders in last 30 days >= 1", stay.LeftLeaf);
    }

    [Fact]
    public void Who_did_not_order_enters_by_time_alone()
    {
        var order = new OrderFact(Day, Guid.NewGuid(), 1_000, "EUR");
        var stay = Assert.Single(Of("orders >= 1 and orders in last 30 days = 0", History(order)));
        Assert.Equal((Day.AddDays(30), (DateTime?)null, (Guid?)null), (stay.ValidFrom, stay.ValidTo, stay.EnteredBy));
    }

    [Fact]
    public void A_birthday_year_flips_at_midnight_of_the_zone()
    {
        var born = new ProfileFact(Day, Guid.NewGuid(), new Dictionary<string, System.Text.Json.JsonElement> { ["birth-year"] = System.Text.Json.JsonSerializer.SerializeToElement(1995) });
        var kiritimati = DateTimeZoneProviders.Tzdb["Pacific/Kiritimati"];
        var stay = Assert.Single(Stays.Of([new(Guid.Empty, 1, RuleText.Parse("age between 18 and 26"), Steps.Beginning, null)],
            new(Guid.NewGuid(), [], [], [born], []), kiritimati));
        Assert.Equal((Day, new DateTime(2021, 12, 31, 10, 0, 0, DateTimeKind.Utc)), (stay.ValidFrom, stay.ValidTo!.Value));
    }

    [Fact]
    public void What_is_not_known_is_neither_in_nor_out()
    {
        Assert.Empty(Of("country = \"France\"", History(new OrderFact(Day, Guid.NewGuid(), 1, "EUR"))));
        Assert.Empty(Of("not country = \"France\"", History(new OrderFact(Day, Guid.NewGuid(), 1, "EUR"))));
        Assert.Single(Of("country missing", History(new OrderFact(Day, Guid.NewGuid(), 1, "EUR"))));
    }

    [Fact]
    public void Nobody_is_in_a_segment_before_his_first_fact() =>
        Assert.Equal(Day, Assert.Single(Of("credits = 0", History(new OrderFact(Day, Guid.NewGuid(), 1, "EUR")))).ValidFrom);

    static CustomerHistory History(params OrderFact[] orders) => new(Guid.NewGuid(), orders, [], [], []);

    static List<Stay> Of(string rule, CustomerHistory history) => Stays.Of([new(Guid.Empty, 1, RuleText.Parse(rule), Steps.Beginning, null)], history, London);
}
