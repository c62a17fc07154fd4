namespace CrmSuite.Contracts;

/// <summary>
/// The dates and instants that may come from outside: from 1900 to 2200. What lies beyond is a mistake, and no calendar, zone or sum has room around it.
/// </summary>
public static class Era
{
    /// <summary>The first day.</summary>
    public static readonly DateOnly First = new(1900, 1, 1);

    /// <summary>The last day.</summary>
    public static readonly DateOnly Last = new(2200, 12, 31);

    /// <summary>What a date is, for who gave something else.</summary>
    public const string Day = "a date as in 2026-01-31";

    /// <summary>What an instant is, for who gave something else.</summary>
    public const string Instant = "an instant as in 2026-01-31T09:00:00Z";

    /// <summary>What is wrong with a date or an instant that lies beyond.</summary>
    public const string Beyond = "lies beyond the years from 1900 to 2200. Is it mistyped?";

    /// <summary>Whether a date may come from outside.</summary>
    public static bool Has(DateOnly day) => day >= First && day <= Last;

    /// <summary>Whether an instant may come from outside.</summary>
    public static bool Has(DateTime at) => Has(DateOnly.FromDateTime(at));

    /// <summary>The nearest day that may come from outside.</summary>
    public static DateOnly Clamp(DateOnly day) => day < First ? First : day > Last ? Last : day;
}
