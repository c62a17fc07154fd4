namespace CrmSuite.Contracts.Sales;

/// <summary>Somebody wrote something down.</summary>
/// <param name="NoteId">The note.</param>
/// <param name="About">With regard to what.</param>
/// <param name="CustomerId">The person, or the account's customer; the text is sealed under his key.</param>
/// <param name="AuthorId">Who wrote it: the subject of his sign-in.</param>
/// <param name="Text">What.</param>
/// <param name="Mentions">Who should read it: subjects of sign-ins.</param>
[EventName("sales.note-written.1")]
public sealed record NoteWritten(Guid NoteId, About About, Guid CustomerId, string AuthorId, PersonalData? Text, IReadOnlyList<string> Mentions)
    : Event, ICustomerFact;

/// <summary>What was written down was wrong.</summary>
/// <param name="NoteId">The note.</param>
/// <param name="About">With regard to what.</param>
/// <param name="CustomerId">Whom it concerns.</param>
/// <param name="Text">What is right.</param>
/// <param name="Mentions">Who should read it.</param>
[EventName("sales.note-corrected.1")]
public sealed record NoteCorrected(Guid NoteId, About About, Guid CustomerId, PersonalData? Text, IReadOnlyList<string> Mentions) : Event, ICustomerFact;

/// <summary>It is shown no longer.</summary>
/// <param name="NoteId">The note.</param>
/// <param name="About">With regard to what.</param>
/// <param name="CustomerId">Whom it concerns.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.note-removed.1")]
public sealed record NoteRemoved(Guid NoteId, About About, Guid CustomerId, string Reason) : Event, ICustomerFact;
