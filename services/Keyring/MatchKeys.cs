using System.Text;
using CrmSuite.Contracts.Acquisition;

namespace CrmSuite.Keyring;

/// <summary>By which two records of a person or an organisation may be the same: a keyed hash that tells nothing without the master key, and its kind.</summary>
/// <param name="Kind">What is the same.</param>
/// <param name="Hash">HMAC-SHA256 of the kind and what was folded, in UUIDv8 form.</param>
public readonly record struct MatchKey(MatchKind Kind, Guid Hash);

/// <summary>
/// From personal fields in the clear to the keys by which duplicates are found (rulings.md 8): normalised e-mail, E.164 telephone, folded name with birth date, folded
/// organisation with country. A field that cannot be normalised gives no key, so that nothing is found by chance.
/// </summary>
/// <param name="master">The key outside the keyring; it needs no database.</param>
public sealed class MatchKeys(MasterKey master)
{
    /// <summary>The keys of one person or organisation, each once. Country helps to read a telephone number that does not name its own.</summary>
    /// <param name="kind">Whether the name is a person's or an organisation's.</param>
    /// <param name="name">The name.</param>
    /// <param name="birthDate"><c>yyyy-MM-dd</c>.</param>
    /// <param name="country">As the source says it.</param>
    /// <param name="emails">All e-mail addresses.</param>
    /// <param name="phones">All telephone numbers.</param>
    public IReadOnlyList<MatchKey> Of(
        CustomerKind kind, string? name, string? birthDate, string? country, IEnumerable<string?> emails, IEnumerable<string?> phones) =>
    [
        .. emails.Select(email => Key(MatchKind.Email, Folded.Email(email)))
            .Concat(phones.Select(phone => Key(MatchKind.Phone, Folded.Phone(phone, country))))
            .Append(kind == CustomerKind.Person
                ? Key(MatchKind.NameBirthDate, Folded.Name(name), birthDate) : Key(MatchKind.OrganisationCountry, Folded.Organisation(name), Folded.Country(country)))
            .OfType<MatchKey>().Distinct(),
    ];

    MatchKey? Key(MatchKind kind, params ReadOnlySpan<string?> parts)
    {
        var text = new StringBuilder($"match {kind}");
        foreach (var part in parts)
        {
            if (string.IsNullOrEmpty(part))
            {
                return null;
            }

            text.Append('\0').Append(part);
        }

        return new(kind, Contracts.Ids.Form(master.Keyed(Encoding.UTF8.GetBytes(text.ToString())), version: 8));
    }
}
