using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Contacts;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Contacts;

public sealed class ContactTests : DeciderTests
{
    static readonly Guid Person = Guid.Parse("3e9c1b74-5a2d-5c8e-8f16-9d0b7a6c5e43");
    static readonly AddContact Command = new(Name: PersonalData.From("Ann Lee"), Email: PersonalData.From("ann@example.org"), Language: "de-AT");
    static readonly ContactAdded Added = new(Person, PersonalData.From("Ann Lee").Of(Person), PersonalData.From("ann@example.org").Of(Person),
        Language: "de-AT");

    [Fact]
    public void A_person_is_added_and_each_personal_field_is_his() => Given<Contact>().When(c => c.Add(Command, Person)).Then(Added);

    [Fact]
    public void The_reference_that_named_him_is_one_too() => Given<Contact>().When(c => c.Add(Command with { Customer = new("erp", "P-7") }, Person))
        .Then(Added with { Source = "erp", Reference = PersonalData.From("P-7").Of(Person) });

    [Fact]
    public void Saying_the_same_again_adds_nothing() => Given<Contact>(Added).When(c => c.Add(new(Name: PersonalData.From("Ann Lee")), Person)).ThenNothing();

    [Fact]
    public void Saying_something_else_of_him_is_refused() => Given<Contact>(Added).When(c => c.Add(Command with { Language = "de" }, Person))
        .ThenRefused("contact.known");

    [Fact]
    public void Only_what_differs_is_corrected() =>
        Given<Contact>(Added).When(c =>
            c.Correct(new("married", Name: PersonalData.From("Ann Moor"), Email: PersonalData.From("ann@example.org"), TimeZone: "Europe/Vienna")))
            .Then(new ContactCorrected(Person, "married", PersonalData.From("Ann Moor").Of(Person), TimeZone: "Europe/Vienna"));

    [Fact]
    public void Somebody_whom_nobody_knows_is_not_corrected() => Given<Contact>().When(c => c.Correct(new("married", Language: "de")))
        .ThenRefused("contact.unknown");

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("contact.customer", (Command with { CustomerId = Person, Customer = new("erp", "P-7") }).Invalid()?.Code);
        Assert.Equal("contact.customer", (Command with { Customer = new("erp", "ann@example.org") }).Invalid()?.Code);
        Assert.Equal("contact.name", (Command with { Name = PersonalData.From("") }).Invalid()?.Code);
        Assert.Equal("contact.email", (Command with { Email = PersonalData.From("ann") }).Invalid()?.Code);
        Assert.Equal("contact.phone", (Command with { Phone = PersonalData.From("1234") }).Invalid()?.Code);
        Assert.Equal("contact.language", (Command with { Language = "german!" }).Invalid()?.Code);
        Assert.Equal("contact.time-zone", (Command with { TimeZone = "Mars/Olympus" }).Invalid()?.Code);
        Assert.Equal("contact.reason", new CorrectContact("She said so").Invalid()?.Code);
    }

    [Fact]
    public void His_row_has_no_personal_field()
    {
        var today = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        Assert.Equal(new ContactList.Row(Person, null, "de-AT", "Europe/Vienna", today, today.AddHours(1)),
            Entries.Fold<Contact, ContactList.Row,
                ContactList>(Person, (today, Added), (today.AddHours(1), new ContactCorrected(Person, "moved", TimeZone: "Europe/Vienna"))));
    }
}
