using System.Globalization;
using System.Text;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using NodaTime;
using NodaTime.Text;

namespace CrmSuite.Import;

/// <summary>One row of a file, read through its mapping. An empty value is no value.</summary>
public sealed class Row
{
    static readonly LocalDateTimePattern LocalTime = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss;FFFFFFFFF");
    static readonly LocalDateTimePattern[] LocalTimes =
    [
        LocalDateTimePattern.ExtendedIso,
        LocalTime,
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd"),
    ];

    readonly Mapping mapping;
    readonly DateTimeZone zone;
    readonly NumberFormatInfo numbers;
    readonly Func<string, string?> column;
    readonly Actor actor;
    readonly Guid correlation;
    readonly string kind;
    readonly MasterKey master;

    internal Row(string kind, Mapping mapping, Actor actor, Guid correlation, MasterKey master, Func<string, string?> column)
    {
        this.master = master;
        (this.kind, this.mapping, this.actor, this.correlation, this.column) = (kind, mapping, actor, correlation, column);
        zone = DateTimeZoneProviders.Tzdb[mapping.TimeZone];
        numbers = new NumberFormatInfo { NumberDecimalSeparator = mapping.DecimalSeparator, NumberGroupSeparator = " " };
    }

    /// <summary>The legal basis of the file's personal fields.</summary>
    public Basis? Basis => mapping.Basis;

    /// <summary>The value as text; null when it is empty or not mapped.</summary>
    /// <exception cref="RowRefusedException"><c>row.encoding</c>: not readable as UTF-8, or with a character that cannot be stored.</exception>
    public string? Text(string field)
    {
        if (!mapping.Fields.TryGetValue(field, out var source))
        {
            return null;
        }

        var text = (source.Value ?? column(source.Column!))?.Trim();
        return text switch
        {
            null or "" => null,
            _ when text.Any(c => c is '\0' or '\uFFFD') => throw new RowRefusedException("row.encoding", $"The field '{field}' holds characters that are not UTF-8 text."),
            _ => text,
        };
    }

    /// <summary>The value as text; without one the row is refused with <c>field.missing</c>.</summary>
    public string Required(string field) => Text(field) ?? throw Missing(field);

    /// <summary>A personal field in clear text, of nobody yet.</summary>
    public PersonalData? Personal(string field) => Text(field) switch
    {
        null => null,
        { Length: > PersonalData.LengthMax } => throw Malformed(field, $"at most {PersonalData.LengthMax} characters"),
        { } text => PersonalData.From(text),
    };

    /// <summary>A number, in the mapping's way of writing.</summary>
    public decimal? Number(string field) => Text(field) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, numbers, out var number) ? number
        : throw Malformed(field, "a number");

    /// <summary>A whole number.</summary>
    public int? Whole(string field) => Text(field) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw Malformed(field, "a whole number");

    /// <summary>True for <c>1, true, yes, y</c>, false for <c>0, false, no, n</c> and nothing.</summary>
    public bool Flag(string field) => Text(field)?.ToLowerInvariant() switch
    {
        null or "0" or "false" or "no" or "n" => false,
        "1" or "true" or "yes" or "y" => true,
        _ => throw Malformed(field, "1 or 0, true or false, yes or no"),
    };

    /// <summary>An instant in UTC: ISO 8601, with an offset, or without one in the mapping's time zone.</summary>
    public DateTime? Instant(string field)
    {
        if (Text(field) is not { } text)
        {
            return null;
        }

        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } offset)
        {
            return InEra(offset.Value.LocalDateTime) ? offset.Value.ToInstant().ToDateTimeUtc() : throw Beyond(field);
        }

        foreach (var pattern in LocalTimes)
        {
            if (pattern.Parse(text) is { Success: true } local)
            {
                return InEra(local.Value) ? zone.AtLeniently(local.Value).ToInstant().ToDateTimeUtc() : throw Beyond(field);
            }
        }

        throw Malformed(field, "a time as in 2026-01-31T14:05:00");
    }

    /// <summary>A calendar date, <c>2026-01-31</c>.</summary>
    public DateOnly? Date(string field) => Text(field) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? Era.Has(date) ? date : throw Beyond(field)
        : throw Malformed(field, Era.Day);

    /// <summary>Several values between bars, <c>tea|jazz</c>; empty for none.</summary>
    public IReadOnlyList<string> List(string field) => Text(field)?.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>An id, as a UUID.</summary>
    public Guid? Id(string field) => Text(field) is not { } text ? null : Guid.TryParse(text, out var id) ? id : throw Malformed(field, "a UUID");

    /// <summary>One of the words of an enum, whatever its case; <c>up-sell</c> is UpSell.</summary>
    public T? Word<T>(string field) where T : struct, Enum => Text(field) is not { } text ? null
        : Enum.TryParse<T>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]) ? value
        : throw Malformed(field, $"one of {string.Join(", ", Enum.GetValues<T>().Select(word => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString())))}");

    /// <summary>Refuses the row where the command that it means is not well formed.</summary>
    public static T Checked<T>(T command) where T : ICommand =>
        command.Invalid() is { } invalid ? throw new RowRefusedException(invalid.Code, invalid.Reason) : command;

    /// <summary>An amount in the currency of another field; the same rounding as everywhere.</summary>
    public Money Amount(string field, string currencyField)
    {
        var currency = Required(currencyField);
        return !Money.IsCurrency(currency) ? throw Malformed(currencyField, "an ISO 4217 code as in EUR") : Money.Of(Number(field) ?? throw Missing(field), currency);
    }

    /// <summary>
    /// Why the row's command is given. Its id follows from the natural key and the row's mapped content, so the same row adds nothing however often it comes,
    /// while another content under the same key is a new command, which the noun answers.
    /// </summary>
    /// <param name="key">The natural key, for example source and number.</param>
    /// <param name="at">Business time of the fact; null for now.</param>
    public Cause Cause(string key, DateTime? at) => new(CommandId(key), actor, correlation, At: at)
    {
        AtLeastLast = true,
        Basis = mapping.Basis,
    };

    /// <summary>A refusal for a value that has not the form it must have; it never repeats the value.</summary>
    public static RowRefusedException Malformed(string field, string form) => new("field.malformed", $"The field '{field}' must be {form}.");

    static bool InEra(LocalDateTime local) => local.Year >= Era.First.Year && local.Year <= Era.Last.Year;

    static RowRefusedException Beyond(string field) => new("field.malformed", $"The field '{field}' {Era.Beyond}");

    static RowRefusedException Missing(string field) => new("field.missing", $"The field '{field}' is empty.");

    // Keyed, because a row may hold personal fields and the id stands in the event for ever.
    Guid CommandId(string key) => Ids.Form(master.Keyed(Encoding.UTF8.GetBytes(string.Join('\u001f', "import", kind, key, Content()))), version: 8);

    string Content() => string.Join('\u001f', mapping.Fields.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + '=' + (pair.Value.Value ?? column(pair.Value.Column!))));
}
