using NodaTime.TimeZones;

namespace CrmSuite.Sales.Tasks;

/// <summary>When nobody is called: at night and on one day of the week, by the clock on the customer's wall (rulings.md 27). Pure.</summary>
/// <param name="From">When the evening's quiet begins.</param>
/// <param name="Until">When the morning's quiet ends.</param>
/// <param name="Day">The day that is quiet as a whole.</param>
sealed record QuietHours(TimeSpan From, TimeSpan Until, DayOfWeek Day)
{
    /// <summary>How often the zones of one country are gone through before no hour is found that suits all of them.</summary>
    const int RoundsMax = 60;

    /// <summary>From eight in the evening to eight in the morning, and on Sundays.</summary>
    public static readonly QuietHours Usual = new(TimeSpan.FromHours(20), TimeSpan.FromHours(8), DayOfWeek.Sunday);

    static readonly ILookup<string, string> ByCountry = (TzdbDateTimeZoneSource.Default.ZoneLocations ?? [])
        .SelectMany(place => (IEnumerable<(string Country, string Zone)>)[(place.CountryCode, place.ZoneId), (place.CountryName, place.ZoneId)])
        .ToLookup(pair => pair.Country, pair => pair.Zone, StringComparer.OrdinalIgnoreCase);

    /// <summary>The zones of a place: an IANA zone, or a country by its ISO code or English name, which may have several; empty where it is not known.</summary>
    public static IReadOnlyList<TimeZoneInfo> Zones(string? place) =>
        place is null ? []
        : TimeZoneInfo.TryFindSystemTimeZoneById(place, out var zone) && zone.HasIanaId ? [zone]
        : [.. ByCountry[place].Select(id => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var one) ? one : null).OfType<TimeZoneInfo>()];

    /// <summary>
    /// The first instant from <paramref name="at"/> on at which somebody there may be called; <paramref name="at"/> itself where he may be called then. Where only the
    /// country is known, it suits all its zones; a country so wide that no hour does goes by its first.
    /// </summary>
    public DateTime Next(DateTime at, IReadOnlyList<TimeZoneInfo> zones)
    {
        var next = at;
        for (var round = 0; round < RoundsMax && zones.Count > 0; round++)
        {
            var later = zones.Max(zone => Next(next, zone));
            if (later == next)
            {
                return next;
            }

            next = later;
        }

        return zones.Count == 0 ? at : Next(at, zones[0]);
    }

    DateTime Next(DateTime at, TimeZoneInfo zone)
    {
        while (Wait(at + zone.GetUtcOffset(at)) is { Ticks: > 0 } wait)
        {
            // The clock may be put forward or back, or a whole day be left out, before the wait is over: then it is looked at again there.
            var end = at + wait;
            at = zone.GetUtcOffset(end) == zone.GetUtcOffset(at) ? end : Change(at, end, zone);
        }

        return at;
    }

    /// <summary>How long the wall clock still shows quiet hours, if nobody touches it.</summary>
    TimeSpan Wait(DateTime wall)
    {
        var isQuiet = wall.DayOfWeek == Day || wall.TimeOfDay < Until || wall.TimeOfDay >= From;
        return !isQuiet ? TimeSpan.Zero
            : wall.TimeOfDay < Until ? Until - wall.TimeOfDay
            : TimeSpan.FromDays(1) + Until - wall.TimeOfDay;
    }

    /// <summary>The first instant at which the clock no longer goes as it does at <paramref name="from"/>.</summary>
    static DateTime Change(DateTime from, DateTime to, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(from);
        while (to - from > TimeSpan.FromTicks(1))
        {
            var middle = from + ((to - from) / 2);
            (from, to) = zone.GetUtcOffset(middle) == offset ? (middle, to) : (from, middle);
        }

        return to;
    }
}
