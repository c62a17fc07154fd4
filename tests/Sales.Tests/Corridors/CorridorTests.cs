using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Corridors;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Quotes.Offers;

namespace CrmSuite.Sales.Tests.Corridors;

public sealed class CorridorTests : DeciderTests
{
    static readonly CorridorPublished First = new(Corridor.TheId, 1, 1_000, [new("tea", 1_500), new("pot", 0)]);

    [Fact]
    public void A_corridor_is_published_in_versions()
    {
        Given<Corridor>().When(c => c.Publish(new(1_000, First.Limits))).Then(First);
        Given<Corridor>(First).When(c => c.Publish(new(1_000, [.. First.Limits.Reverse()]))).ThenNothing();
        Given<Corridor>(First).When(c => c.Publish(new(500))).Then(new CorridorPublished(Corridor.TheId, 2, 500, []));
    }

    [Fact]
    public void A_corridor_without_any_discount_is_a_version_too() =>
        Given<Corridor>().When(c => c.Publish(new(0))).Then(new CorridorPublished(Corridor.TheId, 1, 0, []));

    [Theory]
    [InlineData("tea", 10_000, 8_500, false)]
    [InlineData("tea", 10_000, 8_499, true)]
    [InlineData("pot", 10_000, 10_000, false)]
    [InlineData("pot", 10_000, 9_999, true)]
    [InlineData("cup", 10_000, 9_000, false)]
    [InlineData("cup", 10_000, 8_999, true)]
    [InlineData(null, 3, 3, false)]
    [InlineData(null, 0, 0, false)]
    [InlineData("tea", 1_000_000_000_000, 850_000_000_000, false)]
    [InlineData("tea", 1_000_000_000_000, 849_999_999_999, true)]
    public void A_line_is_judged_by_its_family_to_the_last_minor_unit(string? family, long list, long net, bool isBeyond)
    {
        var line = Terms.Lines[0] with { Family = family, List = Euro(list), Net = Euro(net) };
        Assert.Equal(isBeyond, Given<Corridor>(First).State.Beyond([line]).Any());
    }

    [Fact]
    public void Before_the_first_version_every_discount_is_beyond() =>
        Assert.Single(Corridor.Initial.Beyond([Terms.Lines[0] with { List = Euro(10), Net = Euro(9) }]));

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(new PublishCorridor(1_000, First.Limits).Invalid());
        Assert.Equal("corridor.discount", new PublishCorridor(10_001).Invalid()?.Code);
        Assert.Equal("corridor.limits", new PublishCorridor(0, [new("tea", 1), new("tea", 2)]).Invalid()?.Code);
        Assert.Equal("corridor.limits", new PublishCorridor(0, [new("Tea", 1)]).Invalid()?.Code);
        Assert.Equal("corridor.limits",
            new PublishCorridor(0, [.. Enumerable.Range(0, PublishCorridor.LimitsMax + 1).Select(n => new CorridorLimit($"f{n}", 1))]).Invalid()?.Code);
    }

    [Fact]
    public void The_list_has_a_row_for_each_version()
    {
        var entries = Entries.Of<Corridor>(Corridor.TheId, (Now, First), (Now.AddDays(1), new CorridorPublished(Corridor.TheId, 2, 500, [])));
        var keys = entries.Select(entry => Assert.Single(CorridorList.Keys(entry))).ToList();
        Assert.NotEqual(keys[0], keys[1]);
        var row = CorridorList.Fold(keys[1], null, entries[1])!;
        Assert.Equal((2, 500, Now.AddDays(1)), (row.Version, row.DiscountBp, row.PublishedAt));
    }
}
