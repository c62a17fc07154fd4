using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Approvals;
using FsCheck;
using FsCheck.Fluent;
using static CrmSuite.Sales.Tests.Approvals.Cases;

namespace CrmSuite.Sales.Tests.Approvals;

/// <summary>Whatever is decided, delegated, changed and withdrawn, in whatever order: the events alone are judged, by rules written once more.</summary>
public sealed class ApprovalPropertyTests
{
    const int People = 8;

    /// <summary>One attempt of somebody at something; whether it is allowed is the decider's to say.</summary>
    sealed record Attempt(int Kind, int Step, int Who, int Other);

    [Fact]
    public void An_approval_is_never_completed_by_fewer_people_than_are_asked_for_or_by_the_same_or_an_excluded_one()
    {
        var attempt = from kind in Gen.Frequency((30, Gen.Constant(0)), (2, Gen.Constant(1)), (1, Gen.Constant(2)), (3, Gen.Constant(3)), (1, Gen.Constant(4)),
                          (1, Gen.Constant(5)), (1, Gen.Constant(6)), (2, Gen.Constant(7)), (1, Gen.Constant(8)))
                      from place in Gen.Choose(0, 2)
                      from who in Gen.Choose(0, People - 1)
                      from other in Gen.Choose(0, People - 1)
                      select new Attempt(kind, place, who, other);
        var step = from rank in Gen.Choose(1, 2)
                   from needed in Gen.Choose(1, 2)
                   from approvers in Gen.Choose(1, (1 << People) - 1)
                   from escalated in Gen.Choose(0, (1 << People) - 1)
                   select (rank, needed, approvers: approvers | (approvers << 3 & ((1 << People) - 1)), escalated);
        var worlds = from steps in Gen.ListOf(step, 3)
                     from attempts in Gen.ListOf(attempt, 90)
                     select (steps: steps.ToList(), attempts: attempts.ToList());
        var (approved, refused, invalidated) = (0, 0, 0);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(worlds.ToArbitrary(), world =>
        {
            var facts = Lived([.. world.steps.Select((step, i) =>
                new ApprovalStep($"s{i}", step.rank, Among(step.approvers), step.needed, 24, Among(step.escalated)))], world.attempts);
            Judge(facts);
            approved += facts.OfType<ApprovalCompleted>().Count(fact => fact.Result == ApprovalResult.Approved);
            refused += facts.OfType<ApprovalCompleted>().Count(fact => fact.Result == ApprovalResult.Refused);
            invalidated += facts.OfType<ApprovalInvalidated>().Count();
        }));

        Assert.True(approved > 50 && refused > 50 && invalidated > 50, $"The histories say little: {approved} approved, {refused} refused, {invalidated} changed.");
    }

    /// <summary>A history: what the decider allows of the attempts. The flow's people are given as they are, the excluded ones among them.</summary>
    static List<Event> Lived(IReadOnlyList<ApprovalStep> steps, IReadOnlyList<Attempt> attempts)
    {
        var (state, facts, at, hash, owner) = (Approval.Initial, new List<Event>(), Now, Hash, "p1");
        var flow = Flow with { Steps = steps };
        foreach (var attempt in attempts)
        {
            at = at.AddHours(3);
            var (name, who, other) = ($"s{attempt.Step}", Person(Name(attempt.Who)), Name(attempt.Other));
            if (attempt.Kind == 5)
            {
                hash = hash == Hash ? OtherHash : Hash;
            }

            // The deal goes to somebody else: nothing happens to the approval, but from now on he is the one who does not decide.
            owner = attempt.Kind == 8 ? other : owner;

            var decision = attempt.Kind switch
            {
                0 => state.Decide(new(name, hash, ApprovalAnswer.Yes), who, at, owner),
                1 => state.Decide(new(name, hash, ApprovalAnswer.No), who, at, owner),
                2 => state.Claim(new(name, hash), who, owner),
                3 => state.Delegate(new(name, hash, other, "holiday"), who, attempt.Other > 0, owner),
                4 => state.NextDue() is { } due && due <= at ? state.Escalate(due) : [],
                5 => state.Invalidate(hash),
                6 => state.Withdraw(new("lost"), new(who.Id, null, attempt.Other == 0)),
                8 => [],
                _ => state.Start(Request with { Target = Target with { Hash = hash }, AuthorId = "p0", OwnerId = attempt.Other > 4 ? null : owner }, flow, who, at),
            };
            Assert.DoesNotContain(owner, decision.Events.Select(fact => fact switch
            {
                ApprovalStepDecided e => e.By,
                ApprovalStepClaimed e => e.By,
                ApprovalDelegated e => e.To,
                _ => null,
            }));
            facts.AddRange(decision.Events);
            state = decision.Events.Aggregate(state, Approval.Evolve);
            Assert.Equal(Approved(facts, hash), state.IsApproved(hash));
        }

        return facts;
    }

    static void Judge(List<Event> facts)
    {
        foreach (var round in facts.OfType<IApprovalFact>().GroupBy(fact => fact.Round))
        {
            var started = Assert.IsType<ApprovalStarted>(round.First());
            string?[] excluded = [started.RequestedBy, started.AuthorId, started.OwnerId];
            var may = started.Steps.ToDictionary(step => step.Name, step => step.Approvers.ToHashSet());
            var decided = new List<ApprovalStepDecided>();
            foreach (var fact in round)
            {
                switch (fact)
                {
                    case ApprovalDelegated e:
                        Assert.True(may[e.Step].Remove(e.From));
                        may[e.Step].Add(e.To);
                        break;
                    case ApprovalStepEscalated e:
                        may[e.Step].UnionWith(e.To);
                        break;
                    case ApprovalStepDecided e:
                        Assert.Contains(e.By, may[e.Step]);
                        Assert.DoesNotContain(e.By, excluded);
                        Assert.DoesNotContain(e.By, decided.Select(before => before.By));
                        Assert.Equal(started.Target, e.Target);
                        var rank = started.Steps.Single(step => step.Name == e.Step).Rank;
                        Assert.All(started.Steps.Where(step => step.Rank < rank), step => Assert.Equal(step.Needed, Agreed(decided, step.Name)));
                        decided.Add(e);
                        break;
                    case ApprovalCompleted { Result: ApprovalResult.Approved } e:
                        Assert.All(started.Steps, step => Assert.Equal(step.Needed, Agreed(decided, step.Name)));
                        Assert.Equal(e.By.Count, e.By.Distinct().Count());
                        Assert.Equal(started.Steps.Sum(step => step.Needed), e.By.Count);
                        Assert.Empty(e.By.Intersect(excluded));
                        break;
                    case ApprovalCompleted:
                        Assert.Equal(ApprovalAnswer.No, decided[^1].Answer);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    /// <summary>By the events alone: the last round ended approved with this content, and nothing came after it.</summary>
    static bool Approved(List<Event> facts, string hash) => facts is [.., ApprovalCompleted { Result: ApprovalResult.Approved } last] && last.Target.Hash == hash;

    static int Agreed(IEnumerable<ApprovalStepDecided> decided, string step) => decided.Count(fact => fact.Step == step && fact.Answer == ApprovalAnswer.Yes);

    static IReadOnlyList<string> Among(int people) => [.. Enumerable.Range(0, People).Where(who => (people & (1 << who)) != 0).Select(Name)];

    static string Name(int who) => $"p{who}";
}
