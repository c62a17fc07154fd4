using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.ApprovalFlows;
using CrmSuite.Sales.Approvals;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Sales.Tests.Approvals;

public sealed class ApprovalTimesTests
{
    const int Cases = 200;
    const int Hour = 3_600;
    const int Day = 24 * Hour;

    static readonly DateTime Begin = new(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc);

    /// <summary>How long a step waits and is worked on in hours, and how often in a hundred it says no or has the thing changed.</summary>
    sealed record Planned(string Name, int WaitMin, int WaitMax, int WorkMax, int NoPercent, int ChangePercent);

    /// <summary>What one step of one seeded flow will do: seconds, and what comes of it.</summary>
    sealed record Played(string Name, int Waiting, int Working, char Outcome);

    static readonly Planned[] Steps =
    [
        new("lead", 4, 20, 2, 5, 0), new("legal", 8, 40, 8, 3, 10), new("second-look", 84, 150, 1, 0, 0), new("head", 4, 24, 2, 4, 0),
    ];

    [Fact]
    public void A_percentile_is_the_smallest_value_that_so_many_do_not_exceed()
    {
        long[] values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
        Assert.Equal([5, 9, 10, 1], ((int[])[50, 90, 100, 0]).Select(percent => ApprovalTimes.Percentile(values, percent)!.Value));
        Assert.Equal(7, ApprovalTimes.Percentile([7], 50));
        Assert.Null(ApprovalTimes.Percentile([], 50));
    }

    [Fact]
    public void Nothing_was_asked_for_and_nothing_is_told() => Assert.Empty(ApprovalTimes.Of([]));

    /// <summary>
    /// Acceptance row R3: 200 seeded flows with a planted step that never says no and never changes anything, and the same 200 under the version without it. What
    /// the service tells of them equals what follows from the seed alone.
    /// </summary>
    [Fact]
    public async Task R3_the_planted_redundant_step_is_named_and_without_it_the_median_falls_from_seven_days_to_three_or_less()
    {
        await using var sales = await SalesService.Start();
        var with = Play(25, Steps);
        var without = Play(25, [.. Steps.Where(step => step.Name != "second-look")]);
        await Append(sales, with, 1);
        await Append(sales, without, 2);

        var report = (await sales.Ok("sales-manager", "GET", "/approvals/times?flow=contract")).EnumerateArray().ToList();

        Assert.Equal([1, 2], report.Select(flow => flow.GetProperty("flowVersion").GetInt32()));
        foreach (var (told, played) in report.Zip((List<List<Played>>[])[with, without]))
        {
            var leads = played.Where(round => round[^1].Outcome != 'c').Select(round => round.Sum(step => step.Waiting + step.Working)).ToList();
            Assert.Equal(played.Count, told.GetProperty("rounds").GetInt32());
            Assert.Equal(played.Count - Cases, told.GetProperty("reworked").GetInt32());
            Assert.Equal((Counted(leads, 50), Counted(leads, 90)), (told.GetProperty("leadP50Seconds").GetInt32(), told.GetProperty("leadP90Seconds").GetInt32()));
            var steps = told.GetProperty("steps").EnumerateArray().ToList();
            Assert.Equal(played.SelectMany(round => round).Select(step => step.Name).Distinct(), steps.Select(step => step.GetProperty("name").GetString()));
            foreach (var step in steps)
            {
                var all = played.SelectMany(round => round).Where(one => one.Name == step.GetProperty("name").GetString()).ToList();
                var decided = all.Where(one => one.Outcome != 'c').ToList();
                var (waiting, working) = (decided.Sum(one => (long)one.Waiting), decided.Sum(one => (long)one.Working));
                Assert.Equal((decided.Count, decided.Count(one => one.Outcome == 'n'), all.Count(one => one.Outcome == 'c')),
                    (step.GetProperty("decisions").GetInt32(), step.GetProperty("refusals").GetInt32(), step.GetProperty("changes").GetInt32()));
                Assert.Equal(waiting * 10_000 / (waiting + working), step.GetProperty("waitingShareBp").GetInt32());
                Assert.Equal(Counted(decided.Select(one => one.Waiting), 90), step.GetProperty("waitingP90Seconds").GetInt32());
            }
        }

        Assert.Equal(["second-look"], report.SelectMany(flow => flow.GetProperty("steps").EnumerateArray())
            .Where(step => step.GetProperty("isRedundant").GetBoolean()).Select(step => step.GetProperty("name").GetString()));
        Assert.InRange(report[0].GetProperty("leadP50Seconds").GetInt32(), 13 * Day / 2, 15 * Day / 2);
        Assert.InRange(report[1].GetProperty("leadP50Seconds").GetInt32(), Day, 3 * Day);
    }

    /// <summary>The rounds of all cases in their order: a changed one (<c>c</c>) is followed by the next round of the same case. A case of both versions draws the same.</summary>
    static List<List<Played>> Play(int seed, Planned[] steps)
    {
        var rounds = new List<List<Played>>();
        for (var @case = 0; @case < Cases; @case++)
        {
            for (var round = 0; round == 0 || rounds[^1][^1].Outcome == 'c'; round++)
            {
                var played = new List<Played>();
                foreach (var step in steps)
                {
                    var random = new Random(Ids.Derive("plan", $"{seed}", $"{@case}", $"{round}", step.Name).GetHashCode());
                    var (waiting, working, dice) = (random.Next(step.WaitMin * Hour, step.WaitMax * Hour), random.Next(Hour / 4, step.WorkMax * Hour), random.Next(100));
                    played.Add(new(step.Name, waiting, working, dice < step.NoPercent ? 'n' : dice < step.NoPercent + step.ChangePercent ? 'c' : 'y'));
                    if (played[^1].Outcome != 'y')
                    {
                        break;
                    }
                }

                rounds.Add(played);
            }
        }

        return rounds;
    }

    /// <summary>By counting: no order, no index.</summary>
    static int Counted(IEnumerable<int> values, int percent)
    {
        var all = values.ToList();
        return all.Where(value => all.Count(other => other <= value) * 100 >= percent * all.Count).Min();
    }

    /// <summary>Decides every case from its first to its last event, some cases at once.</summary>
    static async Task Append(DepartmentService sales, List<List<Played>> rounds, int version)
    {
        var journal = sales.App.Services.GetRequiredService<IJournal>();
        var commands = new List<Deciding>();
        var (@case, at, wasChanged) = (-1, Begin, false);
        foreach (var round in rounds)
        {
            if (!wasChanged && commands.Count > 400)
            {
                await Done();
            }

            (@case, at) = wasChanged ? (@case, at) : (@case + 1, Begin.AddHours(@case + 1));
            wasChanged = round[^1].Outcome == 'c';
            var (target, flow) = (Target(version, @case, commands.Count), Flow(version));
            var id = Approval.IdOf(target.Noun, target.Id);
            Add(id, "u-asks", at, (approval, when) => approval.Start(new(target, Approvals.Cases.Customer, "u-author"), flow, new("staff", "u-asks"), when));
            foreach (var step in round)
            {
                var by = new Actor("staff", $"u-{step.Name}");
                at = at.AddSeconds(step.Waiting);
                if (step.Outcome == 'c')
                {
                    at = at.AddSeconds(step.Working);
                    break;
                }

                Add(id, by.Id, at, (approval, _) => approval.Claim(new(step.Name, target.Hash), by));
                at = at.AddSeconds(step.Working);
                Add(id, by.Id, at, (approval, when) => approval.Decide(
                    new(step.Name, target.Hash, step.Outcome == 'y' ? ApprovalAnswer.Yes : ApprovalAnswer.No), by, when));
            }
        }

        await Done();

        void Add(Guid id, string by, DateTime when, Func<Approval, DateTime, Decision> decide) =>
            commands.Add(new Deciding<Approval>(id, new(Guid.NewGuid(), new("staff", by), Guid.NewGuid(), At: when), decide));

        async Task Done()
        {
            IReadOnlyList<Outcome>? outcomes;
            do
            {
                outcomes = await journal.DecideAll(commands, _ => null, default);
            }
            while (outcomes is null);
            Assert.All(outcomes, outcome => Assert.True(outcome is Outcome.Accepted { Added: > 0 }, $"{outcome}"));
            commands.Clear();
        }
    }

    // Each time a thing is asked for it has another content: a change starts the round anew.
    static ApprovalTarget Target(int version, int @case, int content) =>
        new("contract", Ids.Derive("contract", $"{version}", $"{@case}"), 1, $"{content:x64}");

    static FlowInForce Flow(int version) => new(ApprovalFlow.IdOf("contract"), "contract", version,
        [.. Steps.Where(step => version == 1 || step.Name != "second-look").Select((step, i) => new ApprovalStep(step.Name, i + 1, [$"u-{step.Name}"], 1, 2_000, []))]);
}
