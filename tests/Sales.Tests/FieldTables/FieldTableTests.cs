using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.Tests.Opportunities;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.FieldTables;

public sealed class FieldTableTests : DeciderTests
{
    static readonly ExtraField Seats = new("seats", FieldType.Number, "Seats", "propose");
    static readonly ExtraField Model = new("model", FieldType.Choice, "Billing model", Choices: ["licence", "rent"]);
    static readonly PublishFields Command = new([Seats, Model]);
    static readonly FieldsPublished First = new(FieldTable.IdOf("opportunity"), "opportunity", 1, Command.Fields);

    [Fact]
    public void Fields_are_published_in_versions_and_the_same_again_adds_nothing()
    {
        Given<FieldTable>().When(t => t.Publish("opportunity", Command)).Then(First);
        Given<FieldTable>(First).When(t => t.Publish("opportunity", new([Seats, Model with { Choices = ["licence", "rent"] }]))).ThenNothing();
        Given<FieldTable>(First).When(t => t.Publish("opportunity", new([Seats]))).Then(First with { Version = 2, Fields = [Seats] });
    }

    [Theory]
    [InlineData(FieldType.Number, "12.5", "twelve")]
    [InlineData(FieldType.Date, "2026-01-31", "31.1.2026")]
    [InlineData(FieldType.Flag, "true", "yes")]
    [InlineData(FieldType.Choice, "rent", "lease")]
    [InlineData(FieldType.Code, "AB-12", "two\nlines")]
    public void A_value_has_the_form_of_its_field(FieldType type, string good, string bad)
    {
        var table = Given<FieldTable>(First with { Fields = [new("it", type, "It", Choices: type == FieldType.Choice ? ["rent"] : null)] }).State;
        Assert.Null(table.Wrong("opportunity", new FieldValue("it", good)));
        Assert.Null(table.Wrong("opportunity", new FieldValue("it")));
        Assert.Equal("opportunity.field-form", table.Wrong("opportunity", new FieldValue("it", bad))?.Code);
        Assert.Equal("opportunity.no-such-field", table.Wrong("opportunity", new FieldValue("that", good))?.Code);
        Assert.Equal("account.no-such-field", table.Wrong("account", [new("it", good), new("that", good)])?.Code);
    }

    [Fact]
    public void Only_a_deal_can_be_asked_for_a_field_from_a_stage_on()
    {
        Given<FieldTable>().When(t => t.Publish("account", new([Model]))).Then(new FieldsPublished(FieldTable.IdOf("account"), "account", 1, [Model]));
        Given<FieldTable>().When(t => t.Publish("account", Command)).ThenRefused("fields.no-stages");
    }

    [Fact]
    public void A_field_is_asked_for_from_its_stage_on()
    {
        var (table, stages) = (Given<FieldTable>(First).State, Deals.Stages);
        Assert.Empty(table.Required(stages, stages.Find("discover")));
        Assert.Equal(["seats"], table.Required(stages, stages.Find("propose")).Select(field => field.Key));
        Assert.Equal(["seats"], table.Required(stages, null).Select(field => field.Key));
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("fields.count", new PublishFields([.. Enumerable.Range(0, 51).Select(n => Seats with { Key = $"f{n}" })]).Invalid()?.Code);
        Assert.Equal("fields.key", new PublishFields([Seats, Seats]).Invalid()?.Code);
        Assert.Equal("fields.key", new PublishFields([Seats with { Key = "title" }]).Invalid()?.Code);
        Assert.Equal("fields.label", new PublishFields([Seats with { Label = "" }]).Invalid()?.Code);
        Assert.Equal("fields.required-from", new PublishFields([Seats with { RequiredFrom = "In talks" }]).Invalid()?.Code);
        Assert.Equal("fields.choices", new PublishFields([Model with { Choices = null }]).Invalid()?.Code);
        Assert.Equal("fields.choices", new PublishFields([Seats with { Choices = ["one"] }]).Invalid()?.Code);
    }
}
