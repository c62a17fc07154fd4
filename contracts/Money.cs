namespace CrmSuite.Contracts;

/// <summary>An amount in minor units of an ISO 4217 currency: EUR 12.34 is 1234, JPY 12 is 12, KWD 1.234 is 1234. Never a float.</summary>
/// <param name="Minor">The amount in minor units; may be negative where a noun allows it.</param>
/// <param name="Currency">ISO 4217 code, three upper-case letters.</param>
public readonly record struct Money(long Minor, string Currency)
{
    /// <summary>The largest amount that is taken at the door, in minor units: so small that no sum overflows.</summary>
    public const long MinorMax = 1_000_000_000_000;

    // ISO 4217 without the codes that are no money: metals, baskets and tests. Two stay that history still knows (ANG, HRK).
    static readonly HashSet<string> Currencies = [.. """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP
        COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD
        JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO
        NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND
        TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    static readonly HashSet<string> NoDecimals = ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"];
    static readonly HashSet<string> ThreeDecimals = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
    static readonly HashSet<string> FourDecimals = ["CLF", "UYW"];

    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(string currency) => new(0, currency);

    /// <summary>How many decimals the currency has (ISO 4217 exponent).</summary>
    public static int Exponent(string currency) =>
        NoDecimals.Contains(currency) ? 0 : ThreeDecimals.Contains(currency) ? 3 : FourDecimals.Contains(currency) ? 4 : 2;

    /// <summary>Minor units in one whole unit: 100 for EUR, 1 for JPY, 1000 for KWD.</summary>
    public static long UnitsPerWhole(string currency) => Exponent(currency) switch { 0 => 1, 3 => 1_000, 4 => 10_000, _ => 100 };

    /// <summary>Whether there is a currency of this code.</summary>
    public static bool IsCurrency(string? code) => code is not null && Currencies.Contains(code);

    /// <summary>An amount written with decimals, rounded half away from zero to the currency's exponent (rulings.md 14).</summary>
    /// <exception cref="OverflowException">The amount does not fit in 64 bits.</exception>
    public static Money Of(decimal amount, string currency) =>
        new(checked((long)Math.Round(amount * UnitsPerWhole(currency), 0, MidpointRounding.AwayFromZero)), currency);

    /// <summary>The sum of two amounts of one currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator +(Money left, Money right) => new(checked(left.Minor + right.Minor), Same(left, right));

    /// <summary>The difference of two amounts of one currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator -(Money left, Money right) => new(checked(left.Minor - right.Minor), Same(left, right));

    static string Same(Money left, Money right) =>
        left.Currency == right.Currency ? left.Currency : throw new InvalidOperationException($"{left.Currency} and {right.Currency} do not add up.");
}
