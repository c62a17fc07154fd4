using CrmSuite.Contracts;
using CrmSuite.Contracts.Service;
using CrmSuite.Service.Cases;

namespace CrmSuite.Service.Tests.Cases;

public sealed class CaseFormTests
{
    static readonly OpenCase Good = new(Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90"), "phone", CaseKind.Fault, Language: "en", Product: "85123A");

    [Fact]
    public void A_command_with_good_values_has_nothing_wrong() => Assert.Null(Good.Invalid());

    [Fact]
    public void A_case_names_its_customer() => Assert.Equal("case.customer", (Good with { CustomerId = Guid.Empty }).Invalid()?.Code);

    [Fact]
    public void A_channel_is_a_word() => Assert.Equal("case.channel", (Good with { Channel = "By phone" }).Invalid()?.Code);

    [Fact]
    public void A_language_is_a_tag() => Assert.Equal("case.language", (Good with { Language = "English" }).Invalid()?.Code);

    [Fact]
    public void A_product_is_one_line() => Assert.Equal("case.product", (Good with { Product = new('x', 65) }).Invalid()?.Code);

    [Fact]
    public void A_basis_has_one_of_the_known_kinds() => Assert.Equal("basis.form", (Good with { Basis = new("habit", "service") }).Invalid()?.Code);

    [Fact]
    public void An_agent_is_named() => Assert.Equal("case.agent", new AssignCase("").Invalid()?.Code);

    [Fact]
    public void A_reply_says_something()
    {
        Assert.Equal("case.text", new ReplyToCustomer(PersonalData.From(" ")).Invalid()?.Code);
        Assert.Equal("case.text", new ReplyOfCustomer(PersonalData.From("")).Invalid()?.Code);
        Assert.Null(new ReplyOfCustomer(PersonalData.From("Two\nlines")).Invalid());
    }

    [Fact]
    public void Reasons_causes_and_solutions_are_words_in_which_no_person_can_hide()
    {
        Assert.Equal("case.reason", new AssignCase("u-17", "Ask Ann").Invalid()?.Code);
        Assert.Equal("case.reason", new ReopenCase("Ask Ann").Invalid()?.Code);
        Assert.Equal("case.reason", new CloseCase(Closer.Staff, "Ask Ann").Invalid()?.Code);
        Assert.Equal("case.solution", new ResolveCase("worn-part", "Ask Ann").Invalid()?.Code);
        Assert.Null(new ResolveCase("worn-part", "replaced").Invalid());
    }
}
