using System.Text.RegularExpressions;

namespace CrmSuite.Contracts;

/// <summary>The forms that values have at the door. What is not personal has a narrow form, so that no person can hide in it.</summary>
public static partial class Form
{
    /// <summary>The longest word of the business.</summary>
    public const int WordMax = 40;

    /// <summary>A word of the business: lower-case letters, digits and hyphens, for example a source, a channel or a reason.</summary>
    public static bool IsWord(string? text) => text is { Length: > 0 and <= WordMax } && Word().IsMatch(text);

    /// <summary>One line of text: 1 to <paramref name="lengthMax"/> characters, none of them a control character or another end of a line, no blank at either end.</summary>
    public static bool IsLine(string? text, int lengthMax) =>
        text is { Length: > 0 } && text.Length <= lengthMax && !text.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029')
        && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]);

    /// <summary>A line, as <see cref="IsLine"/>, that is not personal: no e-mail address stands in it, and no telephone number that says so with a plus.</summary>
    public static bool IsImpersonal(string? text, int lengthMax) => IsLine(text, lengthMax) && !Address().IsMatch(text!);

    /// <summary>A stream as an event or another system names it: <c>department.noun-id</c>.</summary>
    public static bool IsStream(string? text, int lengthMax) => text is { Length: > 0 } && text.Length <= lengthMax && Stream().IsMatch(text);

    /// <summary>A BCP 47 language tag, for example <c>de-AT</c>.</summary>
    public static bool IsLanguage(string? text) => text is { Length: <= WordMax } && Language().IsMatch(text);

    /// <summary>An IANA time zone, for example <c>Europe/Vienna</c>.</summary>
    public static bool IsTimeZone(string? text) => text is { Length: > 0 and <= WordMax } && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && zone.HasIanaId;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]*\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"\S@\S|\+\d[\d\s().-]{6,}")]
    private static partial Regex Address();

    [GeneratedRegex(@"^[a-z0-9-]+\.[a-z0-9]+-[A-Za-z0-9-]+\z")]
    private static partial Regex Stream();

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\z")]
    private static partial Regex Language();
}
