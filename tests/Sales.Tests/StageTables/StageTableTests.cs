using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.StageTables;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.StageTables;

public sealed class StageTableTests : DeciderTests
{
    static readonly Guid Id = StageTable.IdOf("standard");
    static readonly SalesStage Qualify = new("qualify", 1_000, Exit: [new("decider-known", CriterionKind.Contact, "decider")], MayReturn: true);
    static readonly SalesStage Discover = new("discover", 2_500, MaySkip: true);
    static readonly SalesStage Propose = new("propose", 5_000, ForecastCategory.Best);
    static readonly PublishStages Command = new([Qualify, Discover, Propose]);
    static readonly Dictionary<string, string> Nothing = [];
    static readonly StagesPublished First = new(Id, "standard", 1, Command.Stages, [EvidenceKind.Contract, EvidenceKind.Quote], Nothing);
    static readonly StagesPublished Second = new(Id, "standard", 2, [Qualify, Propose], First.Evidence, new Dictionary<string,
        string>
    { ["discover"] = "qualify" });

    [Fact]
    public void A_table_is_published_and_asks_for_a_contract_or_a_quote_where_nothing_else_is_said() =>
        Given<StageTable>().When(t => t.Publish("standard", Command)).Then(First);

    [Fact]
    public void The_same_again_adds_nothing() =>
        Given<StageTable>(First).When(t => t.Publish("standard", Command with { Stages = [Qualify with { Exit = [.. Qualify.Exit!] }, Discover, Propose] }))
            .ThenNothing();

    [Fact]
    public void Whatever_differs_is_a_new_version()
    {
        Given<StageTable>(First).When(t => t.Publish("standard", Command with { Evidence = [EvidenceKind.None] }))
            .Then(First with { Version = 2, Evidence = [EvidenceKind.None] });
        Given<StageTable>(First).When(t => t.Publish("standard", Command with { Stages = [Qualify with { Exit = [] }, Discover, Propose] }))
            .Then(First with { Version = 2, Stages = [Qualify with { Exit = [] }, Discover, Propose] });
    }

    [Fact]
    public void A_stage_goes_only_when_it_is_said_where_its_deals_go()
    {
        Given<StageTable>(First).When(t => t.Publish("standard", new([Qualify, Propose]))).ThenRefused("stages.unmapped");
        Given<StageTable>(First).When(t => t.Publish("standard", new([Qualify, Propose], Replaced: Second.Replaced))).Then(Second);
    }

    [Fact]
    public void A_criterion_asks_for_a_field_that_every_deal_has_or_for_an_extra_field_that_is_published()
    {
        PublishStages asks = new([Qualify, Discover, Propose with { Exit = [new("seats-known", CriterionKind.Field, "seats")] }]);
        Given<StageTable>(First).When(t => t.Publish("standard", asks)).ThenRefused("stages.no-such-field");
        Given<StageTable>(First).When(t => t.Publish("standard", asks, ["seats"])).Then(First with { Version = 2, Stages = asks.Stages });
    }

    [Fact]
    public void A_deal_that_is_several_versions_behind_still_finds_its_stage()
    {
        var third = new StagesPublished(Id, "standard", 3, [Propose], First.Evidence, new Dictionary<string, string> { ["qualify"] = "propose" });
        var table = Given<StageTable>(First, Second, third).State;
        Assert.Equal(["propose", "propose", "propose", null], ((string[])["propose", "qualify", "discover", "negotiate"])
            .Select(name => table.Find(name)?.Name));
    }

    [Fact]
    public void Only_stages_that_say_so_are_passed_over()
    {
        var table = Given<StageTable>(First).State;
        Assert.Null(table.Skipped(Qualify, Propose));
        Assert.Equal(Propose, table.Skipped(Qualify, null));
        Assert.Null(table.Skipped(Propose, null));
        Assert.True(table.IsBack(Propose, Qualify));
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("stages.count", new PublishStages([]).Invalid()?.Code);
        Assert.Equal("stages.count", new PublishStages([.. Enumerable.Range(0, PublishStages.StagesMax + 1).Select(n => Propose with { Name = $"s{n}" })])
            .Invalid()?.Code);
        Assert.Equal("stages.name", new PublishStages([Propose, Propose]).Invalid()?.Code);
        Assert.Equal("stages.name", new PublishStages([Propose with { Name = "Propose it" }]).Invalid()?.Code);
        Assert.Equal("stages.probability", new PublishStages([Propose with { ProbabilityBp = 10_001 }]).Invalid()?.Code);
        Assert.Equal("stages.criteria",
            new PublishStages([Propose with { Exit = [.. Enumerable.Range(0, 11).Select(n => new ExitCriterion($"c{n}", CriterionKind.Tick))] }])
            .Invalid()?.Code);
        Assert.Equal("stages.criterion", new PublishStages([Propose with { Exit = [new("need", CriterionKind.Field)] }]).Invalid()?.Code);
        Assert.Equal("stages.criterion", new PublishStages([Propose with { Exit = [new("boss", CriterionKind.Contact)] }]).Invalid()?.Code);
        Assert.Equal("stages.criterion", new PublishStages([Propose with { Exit = [new("called", CriterionKind.Task, "fax")] }]).Invalid()?.Code);
        Assert.Equal("stages.criterion", new PublishStages([Propose with { Exit = [new("offered", CriterionKind.QuoteSent, "mail")] }]).Invalid()?.Code);
        Assert.Equal("stages.criterion", new PublishStages([Propose with { Exit = [new("sure", CriterionKind.Tick, "title")] }]).Invalid()?.Code);
        Assert.Equal("stages.evidence", (Command with { Evidence = [] }).Invalid()?.Code);
        Assert.Equal("stages.replaced", (Command with { Replaced = new Dictionary<string, string> { ["a"] = "b" } }).Invalid()?.Code);
    }

    [Fact]
    public void The_list_shows_the_newest_version()
    {
        var today = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        var row = Entries.Fold<StageTable, StageTableList.Row, StageTableList>(Id, (today, First), (today.AddDays(1), Second))!;
        Assert.Equal(("standard", 2, 2, today.AddDays(1)), (row.Name, row.Version, row.Stages.Count, row.PublishedAt));
    }
}
