using System.Text.RegularExpressions;

namespace CrmSuite.Contracts;

/// <summary>How another system names a customer. The customer id is derived from it (rulings.md 2); the reference itself is personal data.</summary>
/// <param name="Source">The other system, for example <c>shop</c>: a short lower-case word.</param>
/// <param name="Reference">Its own key. An e-mail address or a telephone number is refused.</param>
public sealed partial record CustomerRef(string Source, string Reference)
{
    /// <summary>The longest reference.</summary>
    public const int ReferenceMax = 200;

    /// <summary>Why it cannot be used, as a sentence for a person; null when it can.</summary>
    public string? Problem() => this switch
    {
        _ when !Form.IsWord(Source) => $"A source is a word of at most {Form.WordMax} lower-case letters, digits and hyphens.",
        { Reference: not { Length: > 0 and <= ReferenceMax } } => $"A reference has 1 to {ReferenceMax} characters.",
        _ when EmailForm().IsMatch(Reference) => "The reference looks like an e-mail address. Use the other system's own key.",
        _ when TelephoneForm().IsMatch(Reference) => "The reference looks like a telephone number. Use the other system's own key.",
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Source}/***";

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+$")]
    private static partial Regex EmailForm();

    // A number is only a telephone number when it says so: with a plus, or with the separators people write. Plain digits are ordinary keys.
    [GeneratedRegex(@"^(\+[\d\s().-]{7,}|\(?\d{2,5}\)?[\s/.-]\d{2,5}([\s.-]\d{2,5})+)$")]
    private static partial Regex TelephoneForm();
}
