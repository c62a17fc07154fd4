using System.Globalization;
using System.Text;

namespace CrmSuite.Keyring;

/// <summary>Personal fields in the one form in which two ways of writing are the same; null where there is no such form.</summary>
public static class Folded
{
    const int DigitsMin = 8;
    const int DigitsMax = 15;

    static readonly HashSet<string> LegalForms =
    [
        "ab", "ag", "aps", "as", "bv", "co", "company", "corp", "corporation", "doo", "eood", "gmbh", "inc", "incorporated", "kft", "kg", "limited", "llc", "llp", "ltd", "nv",
        "og", "ood", "ooo", "ou", "oy", "oyj", "plc", "sa", "sarl", "sas", "se", "sia", "sl", "spa", "srl", "sro", "uab", "ug",
    ];

    static readonly Dictionary<char, string> Letters = new()
    {
        ['ß'] = "ss",
        ['æ'] = "ae",
        ['œ'] = "oe",
        ['ø'] = "o",
        ['ł'] = "l",
        ['đ'] = "d",
        ['ð'] = "d",
        ['þ'] = "th",
        ['ı'] = "i",
    };

    // ISO 3166 code, English name, calling code (ITU-T E.164), whether the zero before a national number is dialled from abroad too.
    static readonly (string Code, string Name, string Calling, bool KeepsZero)[] Countries =
    [
        ("at", "austria", "43", false), ("au", "australia", "61", false), ("be", "belgium", "32", false), ("bg", "bulgaria", "359", false),
        ("br", "brazil", "55", false), ("ca", "canada", "1", false), ("ch", "switzerland", "41", false), ("cn", "china", "86", false),
        ("cy", "cyprus", "357", false), ("cz", "czechia", "420", false), ("de", "germany", "49", false), ("dk", "denmark", "45", false),
        ("ee", "estonia", "372", false), ("es", "spain", "34", false), ("fi", "finland", "358", false), ("fr", "france", "33", false),
        ("gb", "united kingdom", "44", false), ("gr", "greece", "30", false), ("hr", "croatia", "385", false), ("hu", "hungary", "36", false),
        ("ie", "ireland", "353", false), ("il", "israel", "972", false), ("in", "india", "91", false), ("is", "iceland", "354", false),
        ("it", "italy", "39", true), ("jp", "japan", "81", false), ("kr", "south korea", "82", false), ("kw", "kuwait", "965", false),
        ("lt", "lithuania", "370", false), ("lu", "luxembourg", "352", false), ("lv", "latvia", "371", false), ("mt", "malta", "356", false),
        ("nl", "netherlands", "31", false), ("no", "norway", "47", false), ("nz", "new zealand", "64", false), ("pl", "poland", "48", false),
        ("pt", "portugal", "351", false), ("ro", "romania", "40", false), ("rs", "serbia", "381", false), ("se", "sweden", "46", false),
        ("sg", "singapore", "65", false), ("si", "slovenia", "386", false), ("sk", "slovakia", "421", false), ("tr", "turkey", "90", false),
        ("ua", "ukraine", "380", false), ("us", "united states", "1", false), ("za", "south africa", "27", false),
    ];

    /// <summary>In lower case, without what follows a plus; at Gmail, dots in the name and the two names of the domain are one.</summary>
    public static string? Email(string? text)
    {
        if (text?.Trim().ToLowerInvariant().Split('@') is not [{ Length: > 0 } name, { Length: > 0 } domain])
        {
            return null;
        }

        name = name.Split('+')[0];
        (name, domain) = domain is "gmail.com" or "googlemail.com" ? (name.Replace(".", "", StringComparison.Ordinal), "gmail.com") : (name, domain);
        return name.Length == 0 ? null : $"{name}@{domain}";
    }

    /// <summary>E.164: the plus, the country's calling code and the number. A number without one is of the country that is named, or is not read.</summary>
    public static string? Phone(string? text, string? country)
    {
        if (text is null)
        {
            return null;
        }

        var international = text.Trim().Replace("(0)", "", StringComparison.Ordinal);
        var digits = new string([.. (international.StartsWith('+') ? international : text).Where(char.IsAsciiDigit)]);
        if (international.StartsWith('+'))
        {
            return Whole(digits);
        }

        if (digits.StartsWith("00", StringComparison.Ordinal))
        {
            return Whole(digits[2..]);
        }

        var home = Find(country);
        return home.Calling is null ? null : Whole(home.Calling + (home.KeepsZero || !digits.StartsWith('0') ? digits : digits[1..]));
    }

    /// <summary>The words of a name, without marks and case, in the order of the alphabet: whoever writes the family name first is not another person.</summary>
    public static string? Name(string? text) => Joined(Words(text).Order(StringComparer.Ordinal));

    /// <summary>The words of an organisation's name, without marks, case and legal form.</summary>
    public static string? Organisation(string? text)
    {
        var words = Words(text);
        return Joined(words.Where(word => !LegalForms.Contains(word))) ?? Joined(words);
    }

    /// <summary>The country's code, or its name as it is written where it is none that is known.</summary>
    public static string? Country(string? text) => Find(text).Code ?? Joined(Words(text));

    static string? Whole(string digits) => digits.Length is >= DigitsMin and <= DigitsMax && digits[0] != '0' ? $"+{digits}" : null;

    static (string? Code, string? Calling, bool KeepsZero) Find(string? country)
    {
        var name = Joined(Words(country));
        var (code, _, calling, keepsZero) = Array.Find(Countries, known => known.Code == name || known.Name == name);
        return (code, calling, keepsZero);
    }

    static string? Joined(IEnumerable<string> words) => string.Join(' ', words) is { Length: > 0 } text ? text : null;

    static List<string> Words(string? text)
    {
        // Dots and apostrophes stand inside a word (S.A., O'Neill), all other signs between two.
        var folded = new StringBuilder();
        foreach (var letter in (text ?? "").Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            _ = letter switch
            {
                _ when Letters.TryGetValue(letter, out var plain) => folded.Append(plain),
                _ when char.IsLetterOrDigit(letter) => folded.Append(letter),
                '.' or '\'' or '’' => folded,
                _ when CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark => folded,
                _ => folded.Append(' '),
            };
        }

        return [.. folded.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }
}
