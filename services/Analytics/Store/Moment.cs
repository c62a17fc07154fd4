using System.Globalization;
using NodaTime;
using NodaTime.Extensions;

namespace CrmSuite.Analytics.Store;

/// <summary>
/// A point on an axis of time as a caller writes it: an instant with its offset (<c>2011-12-09T12:50:00Z</c>), or a day, which means its end in the zone of the
/// books.
/// </summary>
public readonly record struct Moment(DateTime? Instant, DateOnly? Day)
{
    /// <summary>Later than everything.</summary>
    public static readonly DateTime Ever = new(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Reads both forms; for parameters of requests.</summary>
    public static bool TryParse(string? text, IFormatProvider? provider, out Moment moment)
    {
        moment = default;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            moment = new(null, day);
            return day.Year is > 1 and < 9999;
        }

        const DateTimeStyles withOffset = DateTimeStyles.AdjustToUniversal;
        if (text is { Length: >= 20 } && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, withOffset, out var instant) && (text.EndsWith('Z') || text[^6] is '+' or '-'))
        {
            moment = new(instant.UtcDateTime, null);
            return instant.Year is > 1 and < 9999;
        }

        return false;
    }

    /// <summary>The instant in a zone: a day ends one microsecond before the next one begins.</summary>
    public DateTime In(DateTimeZone zone) =>
        Instant ?? zone.AtStartOfDay(Day!.Value.ToLocalDate().PlusDays(1)).ToDateTimeUtc().AddMicroseconds(-1);

    /// <summary>The calendar day of an instant in a zone.</summary>
    public static DateOnly DayOf(DateTime instant, DateTimeZone zone) =>
        NodaTime.Instant.FromDateTimeUtc(DateTime.SpecifyKind(instant, DateTimeKind.Utc)).InZone(zone).Date.ToDateOnly();

    /// <inheritdoc/>
    public override string ToString() => Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? Instant?.ToString("O", CultureInfo.InvariantCulture) ?? "";
}
