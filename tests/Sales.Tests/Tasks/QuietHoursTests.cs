using CrmSuite.Sales.Tasks;
using NodaTime;

namespace CrmSuite.Sales.Tests.Tasks;

public sealed class QuietHoursTests
{
    static readonly DateTime Year = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    static readonly string[] Places =
    [
        "Europe/Vienna", "Europe/London", "Europe/Lisbon", "Europe/Riga", "Europe/Helsinki", "Europe/Moscow", "Atlantic/Azores", "Atlantic/Reykjavik",
        "America/St_Johns", "America/Halifax", "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
        "America/Adak", "Pacific/Honolulu", "America/Sao_Paulo", "America/Santiago", "America/Havana", "America/Bogota", "Africa/Lagos", "Africa/Johannesburg",
        "Africa/Nairobi", "Asia/Jerusalem", "Asia/Dubai", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Bangkok", "Asia/Shanghai", "Asia/Tokyo", "Australia/Adelaide",
        "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Marquesas",
    ];

    /// <summary>Whether the clock on the wall there shows quiet hours, by another implementation of the world's clocks.</summary>
    static bool IsQuiet(DateTime at, string place)
    {
        var wall = Instant.FromDateTimeUtc(at).InZone(DateTimeZoneProviders.Tzdb[place]);
        return wall.DayOfWeek == IsoDayOfWeek.Sunday || wall.Hour is < 8 or >= 20;
    }

    [Fact]
    public void R21_ten_thousand_calls_in_forty_zones_over_a_year_none_in_quiet_hours_and_none_later_than_it_must_be()
    {
        Assert.Equal(40, Places.Distinct().Count());
        var random = new Random(21);
        var (moved, inside) = (0, 0);
        for (var call = 0; call < 10_000; call++)
        {
            var place = Places[call % Places.Length];
            // A third of them in the hours around a change of the clock, where mistakes are made.
            var asked = call % 3 == 0 && Changes(place) is { Count: > 0 } changes
                ? changes[random.Next(changes.Count)].AddMinutes(random.Next(-36 * 60, 12 * 60))
                : Year.AddMinutes(random.Next(365 * 24 * 60));
            var next = QuietHours.Usual.Next(asked, QuietHours.Zones(place));
            inside += IsQuiet(next, place) ? 1 : 0;
            if (IsQuiet(asked, place))
            {
                moved++;
                Assert.True(next > asked && next <= asked.AddHours(38) && IsQuiet(next.AddTicks(-1), place), $"{place} {asked:O} {next:O}");
                for (var minute = asked; minute < next; minute = minute.AddMinutes(15))
                {
                    Assert.True(IsQuiet(minute, place), $"{place} {asked:O} could be at {minute:O}, not {next:O}");
                }
            }
            else
            {
                Assert.Equal(asked, next);
            }
        }

        Assert.Equal(0, inside);
        Assert.InRange(moved, 3_000, 9_000);
    }

    static List<DateTime> Changes(string place) =>
        [.. DateTimeZoneProviders.Tzdb[place].GetZoneIntervals(Instant.FromDateTimeUtc(Year), Instant.FromDateTimeUtc(Year.AddYears(1)))
            .Where(interval => interval.HasStart && interval.Start > Instant.FromDateTimeUtc(Year)).Select(interval => interval.Start.ToDateTimeUtc())];

    [Theory]
    [InlineData("Pacific/Apia", "2011-12-30T06:30:00Z", "2011-12-30T18:00:00Z")] // Thursday evening; Friday was left out; Saturday, eight o'clock.
    [InlineData("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T18:00:00Z")] // The first instant of Saturday.
    [InlineData("Pacific/Kiritimati", "2026-03-07T06:30:00Z", "2026-03-08T18:00:00Z")] // Saturday evening there, then Sunday, while it is Saturday elsewhere.
    [InlineData("Europe/Vienna", "2026-03-28T19:30:00Z", "2026-03-30T06:00:00Z")] // The clock is put forward in between.
    [InlineData("Europe/Vienna", "2026-10-24T18:30:00Z", "2026-10-26T07:00:00Z")] // And back.
    [InlineData("Europe/Vienna", "2026-03-02T07:00:00Z", "2026-03-02T07:00:00Z")] // At eight the quiet is over,
    [InlineData("Europe/Vienna", "2026-03-02T06:59:59Z", "2026-03-02T07:00:00Z")] // not before,
    [InlineData("Europe/Vienna", "2026-03-02T18:59:59Z", "2026-03-02T18:59:59Z")] // and at twenty it begins.
    [InlineData("Europe/Vienna", "2026-03-02T19:00:00Z", "2026-03-03T07:00:00Z")]
    public void The_first_allowed_instant_is_by_the_clock_on_the_wall(string place, string asked, string expected) =>
        Assert.Equal(Utc(expected), QuietHours.Usual.Next(Utc(asked), QuietHours.Zones(place)));

    [Theory]
    [InlineData("AT", 1)]
    [InlineData("austria", 1)]
    [InlineData("Europe/Vienna", 1)]
    [InlineData("Utopia", 0)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public void A_place_is_a_zone_or_a_country(string? place, int zones) => Assert.Equal(zones, QuietHours.Zones(place).Count);

    [Fact]
    public void Where_only_the_country_is_known_nobody_in_it_is_called_at_night()
    {
        var zones = QuietHours.Zones("US");
        var next = QuietHours.Usual.Next(Utc("2026-03-03T13:00:00Z"), zones); // Eight in New York.
        Assert.True(zones.Count > 10);
        Assert.Equal(Utc("2026-03-03T18:00:00Z"), next); // Eight in Honolulu and Adak.
        Assert.All(zones, zone => Assert.False(IsQuiet(next, zone.Id)));
    }

    static DateTime Utc(string text) => DateTime.Parse(text, null, System.Globalization.DateTimeStyles.AdjustToUniversal);
}
