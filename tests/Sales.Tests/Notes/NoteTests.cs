using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Notes;
using CrmSuite.Sales.Tasks;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Notes;

public sealed class NoteTests : DeciderTests
{
    static readonly Guid Id = Ids.Derive("note", "1");
    static readonly Guid Customer = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly About Shop = new("account", Guid.Parse("1a2b3c4d-5e6f-5a7b-8c9d-0e1f2a3b4c5d"));
    static readonly Seller Ann = new("u-ann", "north", IsForAll: false);
    static readonly Seller Bob = new("u-bob", "south", IsForAll: false);
    static readonly TaskSubject Subject = new(Customer, "Europe/Vienna");
    static readonly WriteNote Command = new(Shop, PersonalData.From("She likes it strong"), ["u-bob"]);
    static readonly NoteWritten Written = new(Id, Shop, Customer, "u-ann", PersonalData.From("She likes it strong").Of(Customer), ["u-bob"]);
    static readonly NoteRemoved Removed = new(Id, Shop, Customer, "wrong-account");

    [Fact]
    public void A_note_is_its_authors_and_its_text_the_customers() => Given<Note>().When(n => n.Write(Command, Id, Ann, Subject)).Then(Written);

    [Fact]
    public void A_note_of_nobody_or_about_what_Sales_does_not_know_is_refused()
    {
        Given<Note>().When(n => n.Write(Command, Id, Ann, new(null, "UTC"))).ThenRefused("note.customer");
        Given<Note>().When(n => n.Write(Command, Id, Ann, new(null, null, "account"))).ThenRefused("account.unknown");
    }

    [Fact]
    public void Writing_it_again_adds_nothing_and_about_something_else_is_refused()
    {
        Given<Note>(Written).When(n => n.Write(Command, Id, Ann, Subject)).ThenNothing();
        Given<Note>(Written).When(n => n.Write(Command with { About = new("account", Customer) }, Id, Ann, Subject)).ThenRefused("note.other");
    }

    [Fact]
    public void Its_author_corrects_it_and_mentions_stay_where_none_are_named() =>
        Given<Note>(Written).When(n => n.Correct(new(PersonalData.From("She likes it mild")), Ann))
            .Then(new NoteCorrected(Id, Shop, Customer, PersonalData.From("She likes it mild").Of(Customer), ["u-bob"]));

    [Fact]
    public void Correcting_it_to_what_it_says_adds_nothing() => Given<Note>(Written).When(n => n.Correct(new(Command.Text, ["u-bob"]), Ann)).ThenNothing();

    [Fact]
    public void Nobody_else_changes_it()
    {
        Given<Note>(Written).When(n => n.Correct(new(PersonalData.From("No")), Bob)).ThenRefused("note.other-owner");
        Given<Note>(Written).When(n => n.Remove(new("mine"), Bob)).ThenRefused("note.other-owner");
        Given<Note>(Written).When(n => n.Remove(new("wrong-account"), new("u-max", null, IsForAll: true))).Then(Removed);
    }

    [Fact]
    public void What_was_removed_is_removed()
    {
        Given<Note>(Written, Removed).When(n => n.Remove(new("again"), Ann)).ThenNothing();
        Given<Note>(Written, Removed).When(n => n.Correct(new(PersonalData.From("No")), Ann)).ThenRefused("note.removed");
        Assert.Null(Given<Note>(Written, Removed).State.Text);
        Given<Note>().When(n => n.Remove(new("mine"), Ann)).ThenRefused("note.unknown");
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("text.form", (Command with { Text = PersonalData.From("") }).Invalid()?.Code);
        Assert.Equal("note.mentions", (Command with { Mentions = [""] }).Invalid()?.Code);
        Assert.Equal("note.mentions", new CorrectNote(Command.Text, [.. Enumerable.Repeat("u-bob", 51)]).Invalid()?.Code);
        Assert.Equal("reason.form", new RemoveNote("It was wrong").Invalid()?.Code);
    }

    [Fact]
    public void Its_row_goes_when_it_is_removed()
    {
        var today = new DateTime(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc);
        var row = Entries.Fold<Note, NoteList.Row, NoteList>(Id, (today, Written), (today.AddHours(1), new NoteCorrected(Id, Shop, Customer, null, ["u-max"])))!;
        Assert.Equal(("account", "u-ann", "u-max", today.AddHours(1)), (row.AboutNoun, row.AuthorId, row.Mentions[0], row.CorrectedAt));
        Assert.Null(Entries.Fold<Note, NoteList.Row, NoteList>(Id, (today, Written), (today.AddHours(1), Removed)));
    }
}
