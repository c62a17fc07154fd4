using System.Globalization;
using System.Text.RegularExpressions;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Sales.Books;

/// <summary>
/// A fiscal year, quarter or month by its key (rulings.md 16): <c>FY2026</c>, <c>FY2026-Q3</c>, <c>FY2026-M09</c>. A fiscal year is called by the calendar year
/// in which it ends; its quarters and months are counted from its beginning.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="First">Its first day.</param>
/// <param name="Last">Its last day.</param>
sealed partial record FiscalPeriod(string Key, DateOnly First, DateOnly Last)
{
    const int MonthsOfYear = 12;
    const int MonthsOfQuarter = 3;

    /// <summary>The period that a key means; null where it means none, or where there are no books.</summary>
    public static FiscalPeriod? Find(Books books, string key)
    {
        if (books.InForce is not { } kept || KeyForm().Match(key) is not { Success: true } match)
        {
            return null;
        }

        var year = int.Parse(match.Groups["year"].ValueSpan, CultureInfo.InvariantCulture);
        var begins = new DateOnly(kept.FiscalYearStart == 1 ? year : year - 1, kept.FiscalYearStart, 1);
        var (skip, months) = match switch
        {
            _ when match.Groups["quarter"] is { Success: true } quarter => ((Number(quarter) - 1) * MonthsOfQuarter, MonthsOfQuarter),
            _ when match.Groups["month"] is { Success: true } month => (Number(month) - 1, 1),
            _ => (0, MonthsOfYear),
        };
        var first = begins.AddMonths(skip);
        return new(key, first, first.AddMonths(months).AddDays(-1));
    }

    /// <summary>What is answered where a key means nothing.</summary>
    public static IResult NoSuchPeriod(Books books) => books.InForce is null
        ? Problems.Result(StatusCodes.Status409Conflict, "books.missing", "The company's books are not published yet: no period is known before.")
        : Problems.Result(StatusCodes.Status404NotFound, "period.unknown", "A period is a fiscal year, quarter or month: FY2026, FY2026-Q3, FY2026-M09.");

    static int Number(Capture digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^FY(?<year>2[0-9]{3})(-Q(?<quarter>[1-4])|-M(?<month>0[1-9]|1[0-2]))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex KeyForm();
}
