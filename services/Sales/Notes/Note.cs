using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Tasks;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Notes;

/// <summary>Somebody writes something down.</summary>
/// <param name="About">With regard to what.</param>
/// <param name="Text">What; needs a basis.</param>
/// <param name="Mentions">Who should read it: subjects of sign-ins.</param>
/// <param name="CustomerId">Whom it concerns, where Sales does not know it from what it is about.</param>
/// <param name="Basis">Why the text may be held.</param>
sealed record WriteNote(About About, PersonalData Text, IReadOnlyList<string>? Mentions = null, Guid? CustomerId = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => TaskForm.About(About) ?? TaskForm.Text(Text) ?? NoteForm.Mentioned(Mentions) ?? Basis.Invalid();
}

/// <summary>What was written down is wrong.</summary>
sealed record CorrectNote(PersonalData Text, IReadOnlyList<string>? Mentions = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => TaskForm.Text(Text) ?? NoteForm.Mentioned(Mentions) ?? Basis.Invalid();
}

/// <summary>It shall be shown no longer.</summary>
sealed record RemoveNote(string Reason) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}

static class NoteForm
{
    const int MentionsMax = 50;

    public static Refusal? Mentioned(IReadOnlyList<string>? mentions) =>
        mentions is null || (mentions.Count <= MentionsMax && mentions.All(id => Form.IsLine(id, Seller.IdMax)))
            ? null : new("note.mentions", $"At most {MentionsMax} people are mentioned, each by the subject of his sign-in.");
}

enum NoteStatus { None, Written, Removed }

/// <summary>What somebody wrote down about an account, a person, a deal or anything else; its author corrects it, and takes it away.</summary>
sealed record Note(Guid NoteId, NoteStatus Status, About About, Guid CustomerId, string AuthorId, PersonalData? Text, IReadOnlyList<string> Mentions)
    : IFold<Note>
{
    public static string Category => "sales.note";

    public static Note Initial { get; } = new(default, NoteStatus.None, new("", default), default, "", null, []);

    public static Note Evolve(Note state, Event fact) => fact switch
    {
        NoteWritten e => new(e.NoteId, NoteStatus.Written, e.About, e.CustomerId, e.AuthorId, e.Text, e.Mentions),
        NoteCorrected e => state with { Text = e.Text, Mentions = e.Mentions },
        NoteRemoved => state with { Status = NoteStatus.Removed, Text = null },
        _ => state,
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="id">The note's id.</param>
    /// <param name="seller">Who writes.</param>
    /// <param name="subject">Whom it concerns.</param>
    public Decision Write(WriteNote command, Guid id, Seller seller, TaskSubject subject) => Status switch
    {
        not NoteStatus.None => command.About == About ? [] : Refuse("note.other", "This note was written before about something else."),
        _ when subject.Missing is { } noun => Unknown(noun),
        _ when subject.CustomerId is not { } => Refuse("note.customer", "A note is kept for a customer: name him by customerId."),
        _ => new NoteWritten(id, command.About, subject.CustomerId.Value, seller.Id, command.Text.Of(subject.CustomerId.Value), [.. command.Mentions ?? []]),
    };

    public Decision Correct(CorrectNote command, Seller seller)
    {
        var (text, mentions) = (command.Text.Of(CustomerId), command.Mentions ?? Mentions);
        return NotYours(seller) ?? (text == Text && mentions.SequenceEqual(Mentions) ? [] : new NoteCorrected(NoteId, About, CustomerId, text, [.. mentions]));
    }

    public Decision Remove(RemoveNote command, Seller seller) => Status == NoteStatus.Removed ? []
        : NotYours(seller) ?? new NoteRemoved(NoteId, About, CustomerId, command.Reason);

    Decision? NotYours(Seller seller) => Status switch
    {
        NoteStatus.None => Unknown("note"),
        NoteStatus.Removed => Refuse("note.removed", "The note was removed. Write another one."),
        _ => seller.May(AuthorId) ? null : Refuse("note.other-owner", "Somebody else wrote this note. Ask him or a manager."),
    };
}
