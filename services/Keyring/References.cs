using System.Text;
using System.Text.RegularExpressions;
using CrmSuite.Contracts;

namespace CrmSuite.Keyring;

/// <summary>From what other systems call a customer to an id that tells nothing (rulings.md 2). It needs the master key but not the keyring database.</summary>
/// <param name="master">The key outside the keyring.</param>
public sealed partial class References(MasterKey master)
{
    /// <summary>The longest source name.</summary>
    public const int SourceMax = 40;

    /// <summary>The longest reference.</summary>
    public const int ReferenceMax = 200;

    /// <summary>HMAC-SHA256(source ‖ 0x00 ‖ reference) in UUIDv8 form (RFC 9562).</summary>
    /// <exception cref="ArgumentException">See <see cref="Problem"/>.</exception>
    public Guid CustomerId(CustomerRef customer)
    {
        if (Problem(customer) is { } problem)
        {
            throw new ArgumentException(problem, nameof(customer));
        }

        return Ids.Form(master.Keyed([.. Encoding.UTF8.GetBytes(customer.Source), 0, .. Encoding.UTF8.GetBytes(customer.Reference)]), version: 8);
    }

    /// <summary>Why a reference cannot be used, as a sentence for a person; null when it can.</summary>
    public static string? Problem(CustomerRef customer) => customer switch
    {
        { Source: not { Length: > 0 and <= SourceMax } } => $"A source is a name of 1 to {SourceMax} characters.",
        { Reference: not { Length: > 0 and <= ReferenceMax } } => $"A reference has 1 to {ReferenceMax} characters.",
        _ when !SourceForm().IsMatch(customer.Source) => "A source is lower-case letters, digits and hyphens.",
        _ when EmailForm().IsMatch(customer.Reference) => "The reference looks like an e-mail address. Use the other system's own key.",
        _ when TelephoneForm().IsMatch(customer.Reference) => "The reference looks like a telephone number. Use the other system's own key.",
        _ => null,
    };

    [GeneratedRegex("^[a-z0-9][a-z0-9-]*$")]
    private static partial Regex SourceForm();

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+$")]
    private static partial Regex EmailForm();

    // A number is only a telephone number when it says so: with a plus, or with the separators people write. Plain digits are ordinary keys.
    [GeneratedRegex(@"^(\+[\d\s().-]{7,}|\(?\d{2,5}\)?[\s/.-]\d{2,5}([\s.-]\d{2,5})+)$")]
    private static partial Regex TelephoneForm();
}
