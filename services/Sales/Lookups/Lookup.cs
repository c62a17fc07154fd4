using CrmSuite.Keyring;

namespace CrmSuite.Sales.Lookups;

/// <summary>How names, addresses and numbers are found by what somebody types: by the beginnings of words, and by the last digits of a number. Pure.</summary>
static class Lookup
{
    /// <summary>The longest text that is looked for.</summary>
    public const int TextMax = 200;

    /// <summary>The fewest digits that are taken for a telephone number.</summary>
    const int DigitsMin = 5;

    const int WordsMax = 10;

    /// <summary>The words under which something is found, each once, with blanks between them.</summary>
    public static string Words(string? name, string? email, string? phone) =>
        string.Join(' ', Split(Folded.Name(name)).Concat(Split(Folded.Name(email))).Concat(Endings(Digits(phone))).Distinct());

    /// <summary>What is asked of the words, as a text search query; null where the text says nothing.</summary>
    public static string? Query(string text)
    {
        var words = IsNumber(text) ? [Digits(text).TrimStart('0')] : Split(Folded.Name(text)).Take(WordsMax).ToArray();
        return words.Length == 0 || words[0].Length == 0 ? null : string.Join(" & ", words.Select(word => $"'{word}':*"));
    }

    // A number is remembered with its country's code or without it, so each of its endings is a word.
    static IEnumerable<string> Endings(string digits) => Enumerable.Range(0, Math.Max(0, digits.Length - DigitsMin + 1)).Select(from => digits[from..]);

    static bool IsNumber(string text) =>
        Digits(text).Length >= DigitsMin && text.All(letter => char.IsAsciiDigit(letter) || "+ ()-./".Contains(letter, StringComparison.Ordinal));

    static string Digits(string? text) => new([.. (text ?? "").Where(char.IsAsciiDigit)]);

    static string[] Split(string? folded) => folded?.Split(' ') ?? [];
}
