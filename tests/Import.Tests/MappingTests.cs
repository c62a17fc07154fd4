using CrmSuite.Journal;

namespace CrmSuite.Import.Tests;

public sealed class MappingTests
{
    static readonly Mapping Good = new(
        new Dictionary<string, MappedField> { ["number"] = new(Column: "no"), ["customer"] = new(Column: "who") }, "Europe/London", Basis: new("contract", "order-fulfilment"));

    [Fact]
    public void A_mapping_that_names_what_is_asked_for_is_taken() => Assert.Null(Good.Invalid(new Orders()));

    [Fact]
    public void A_field_that_is_not_there_is_told_with_those_that_are()
    {
        var invalid = Good with { Fields = new Dictionary<string, MappedField>(Good.Fields) { ["colour"] = new(Column: "c") } };
        Assert.Equal("mapping.field-unknown", invalid.Invalid(new Orders())!.Code);
        Assert.Contains("number, customer", invalid.Invalid(new Orders())!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_mistake_has_its_code()
    {
        Assert.Equal("mapping.field-missing", (Good with { Fields = new Dictionary<string, MappedField> { ["customer"] = new(Column: "who") } }).Invalid(new Orders())!.Code);
        Assert.Equal("mapping.field-source", (Good with { Fields = new Dictionary<string, MappedField> { ["number"] = new("no", "1") } }).Invalid(new Orders())!.Code);
        Assert.Equal("mapping.time-zone", (Good with { TimeZone = "Mars/Olympus" }).Invalid(new Orders())!.Code);
        Assert.Equal("mapping.delimiter", (Good with { Delimiter = "::" }).Invalid(new Orders())!.Code);
        Assert.Equal("mapping.decimal-separator", (Good with { DecimalSeparator = "'" }).Invalid(new Orders())!.Code);
        Assert.Equal("basis.missing", (Good with { Basis = null }).Invalid(new Orders())!.Code);
        Assert.Equal("basis.form", (Good with { Basis = new("because", "x") }).Invalid(new Orders())!.Code);
    }

    sealed class Orders : IImport
    {
        public string Kind => "orders";

        public IReadOnlyList<ImportField> Fields { get; } = [new("number", "The number.", IsRequired: true), new("customer", "Who.", IsPersonal: true)];

        public ValueTask<Deciding> Read(Row row, CancellationToken ct) => throw new NotSupportedException("No row is read here.");
    }
}
