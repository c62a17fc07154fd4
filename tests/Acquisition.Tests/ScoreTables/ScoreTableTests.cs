using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.ScoreTables;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Testing;
using static CrmSuite.Acquisition.Tests.Leads.TheLead;

namespace CrmSuite.Acquisition.Tests.ScoreTables;

public sealed class ScoreTableTests : DeciderTests
{
    static readonly PublishScores Command = new(50, [new("wrote-himself", 40, new(LeadField.Channel, ["website"])), new("reachable", 5, new(LeadField.Email))]);
    static readonly ScoresPublished Published = new(ScoreTable.IdOf("standard"), "standard", 1, 50, Command.Factors);

    [Fact]
    public void A_table_is_published_in_versions()
    {
        Given<ScoreTable>().When(table => table.Publish("standard", Command)).Then(Published);
        Given<ScoreTable>(Published).When(table => table.Publish("standard", Command with { Threshold = 60 })).Then(Published with { Version = 2, Threshold = 60 });
    }

    [Fact]
    public void Publishing_the_same_again_adds_nothing() => Given<ScoreTable>(Published).When(table => table.Publish("standard", Command)).ThenNothing();

    [Fact]
    public void A_table_has_an_end_of_versions() =>
        Given<ScoreTable>(Published with { Version = 1_000 }).When(table => table.Publish("standard", Command with { Threshold = 60 })).ThenRefused("scores.versions");

    [Fact]
    public void A_score_is_the_sum_of_what_counts_and_says_what_weighs_most()
    {
        var (score, top) = Scores.Score(Lead.Evolve(Lead.Initial, Captured with { Country = "nz", Products = ["tea", "pots"] }));
        Assert.Equal(50, score);
        Assert.Equal([new("wrote-himself", 40), new("asked-for-tea", 20), new("far-away", -15), new("reachable", 5)], top);
    }

    [Theory]
    [InlineData(LeadField.Message, false), InlineData(LeadField.Email, true), InlineData(LeadField.Company, false), InlineData(LeadField.Products, true),
        InlineData(LeadField.Contacts, false), InlineData(LeadField.Campaign, false), InlineData(LeadField.Source, true), InlineData(LeadField.Language, true)]
    public void A_condition_without_words_asks_whether_anything_is_known(LeadField field, bool isKnown) =>
        Assert.Equal(isKnown, Lead.Evolve(Lead.Initial, Captured).Meets(new(field)));

    [Fact]
    public void A_table_has_its_form()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("scores.factors", (Command with { Factors = [] }).Invalid()?.Code);
        Assert.Equal("scores.name", (Command with { Factors = [Command.Factors[0], Command.Factors[0]] }).Invalid()?.Code);
        Assert.Equal("scores.points", (Command with { Threshold = int.MinValue }).Invalid()?.Code);
        Assert.Equal("condition.form", (Command with { Factors = [new("none", 1, new(LeadField.Channel, []))] }).Invalid()?.Code);
        Assert.Equal("condition.form", (Command with { Factors = [new("none", 1, new(LeadField.Channel, AtLeast: 0))] }).Invalid()?.Code);
    }
}
