using CrmSuite.Sales.Approvals;

namespace CrmSuite.Sales.Tests.Approvals;

public sealed class QuorumTests
{
    [Fact]
    public void Each_place_needs_a_person_of_its_own()
    {
        Assert.True(Enough((1, "ab"), (1, "a")));
        Assert.True(Enough((2, "abc"), (1, "ab"), (0, "")));
        Assert.False(Enough((1, "a"), (1, "a")));
        Assert.False(Enough((2, "a")));
        Assert.False(Enough((1, "")));
        Assert.False(Enough((2, "ab"), (1, "ab")));
        Assert.True(Enough());
    }

    [Fact]
    public void It_finds_the_one_way_to_seat_all_whatever_the_order_of_steps()
    {
        (int, string)[] chain = [(1, "ab"), (1, "bc"), (1, "cd"), (1, "d")];
        Assert.True(Enough(chain));
        Assert.True(Enough([.. chain.Reverse()]));
        Assert.False(Enough([.. chain, (1, "abcd"), (1, "abcd")]));
    }

    [Fact]
    public void It_says_the_same_as_trying_every_way()
    {
        var random = new Random(18);
        for (var i = 0; i < 2_000; i++)
        {
            var steps = Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => (random.Next(0, 3), new string([.. "abcde".Where(_ => random.Next(3) == 0)]))).ToArray();
            Assert.Equal(Tried([.. steps.SelectMany(step => Enumerable.Repeat(step.Item2, step.Item1))], []), Enough(steps));
        }
    }

    static bool Tried(string[] places, HashSet<char> taken) => places switch
    {
        [] => true,
        [var first, .. var rest] => first.Any(person => !taken.Contains(person) && Tried(rest, [.. taken, person])),
    };

    static bool Enough(params (int Count, string People)[] steps) =>
        Quorum.IsEnough([.. steps.Select(step => new Quorum.Seats(step.Count, [.. step.People.Select(person => $"{person}")]))]);
}
