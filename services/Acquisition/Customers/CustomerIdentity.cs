using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Customers;

/// <summary>The customer is known by something more.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The identifier itself.</param>
/// <param name="Source">The system, network or register in which it names him.</param>
/// <param name="Basis">Why it may be held.</param>
sealed record AddIdentifier(IdentifierKind Kind, PersonalData Value, string? Source = null, Basis? Basis = null) : ICommand
{
    const int ValueMax = 200;

    public Refusal? Invalid() => Kind switch
    {
        IdentifierKind.Email => CustomerForm.Person(null, Value, null, null, null, null, null),
        IdentifierKind.Phone => CustomerForm.Person(null, null, Value, null, null, null, null),
        _ when !Form.IsLine(Value.Clear, ValueMax) => new("customer.identifier", $"An identifier is one line of at most {ValueMax} characters."),
        IdentifierKind.External or IdentifierKind.Social or IdentifierKind.RegisterNumber when Source is null =>
            new("customer.source", "Name the system, network or register in which this names him."),
        _ => null,
    } ?? (Source is not null && !Form.IsWord(Source) ? new("customer.source", "The source is a word of lower-case letters, digits and hyphens.") : Basis.Invalid());
}

/// <summary>The customer is not, or no longer, known by this.</summary>
sealed record RemoveIdentifier(string Reason) : ICommand
{
    public Refusal? Invalid() => Form.IsWord(Reason) ? null : new("customer.reason", "The reason is a word of lower-case letters, digits and hyphens.");
}

/// <summary>Somebody has made sure that these fields are right.</summary>
/// <param name="Fields">What was verified.</param>
/// <param name="Method">How, for example identity-card or call-back.</param>
sealed record VerifyData(IReadOnlyList<VerifiedField> Fields, string Method) : ICommand
{
    public Refusal? Invalid() => Fields.Count == 0 ? new("customer.fields", "Name what was verified: name, email, phone, birth-date, register-number.")
        : !Form.IsWord(Method) ? new("customer.method", "The method is a word of lower-case letters, digits and hyphens.")
        : null;
}

/// <summary>By what else a customer is known.</summary>
sealed record Identifier(Guid IdentifierId, IdentifierKind Kind, string? Source, PersonalData? Value);
