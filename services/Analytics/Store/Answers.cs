using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Analytics.Store;

/// <summary>One page of rows and where the next one begins.</summary>
/// <param name="Items">At most <see cref="Answers.PageMax"/> rows.</param>
/// <param name="Next">The cursor of the next page; null on the last one.</param>
public sealed record RowPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Rows as JSON or, where the caller asks for it (<c>format=csv</c> or <c>Accept: text/csv</c>), as CSV with the columns' names of SQL.</summary>
static class Answers
{
    public const int PageMax = 200;

    /// <summary>The most rows of one CSV answer; the cursor of what is left is in the header <c>Next</c>.</summary>
    public const int CsvMax = 100_000;

    /// <summary>How many rows to read for this caller: one more than fits, to know whether there is more.</summary>
    public static int Limit(HttpRequest request, int? limit) => 1 + (IsCsv(request) ? CsvMax : Math.Clamp(limit ?? PageMax, 1, PageMax));

    /// <summary>All rows, for answers that are short by nature.</summary>
    public static IResult Rows<T>(HttpRequest request, IReadOnlyList<T> rows) => IsCsv(request) ? new CsvRows<T>(rows, null) : Results.Ok(new RowPage<T>(rows, null));

    /// <summary>A page out of rows read by <see cref="Limit"/>.</summary>
    public static IResult Page<T>(HttpRequest request, int limit, IReadOnlyList<T> rows, Func<T, string> cursor)
    {
        var items = rows.Count < limit ? rows : [.. rows.Take(limit - 1)];
        var next = rows.Count < limit ? null : cursor(items[^1]);
        return IsCsv(request) ? new CsvRows<T>(items, next) : Results.Ok(new RowPage<T>(items, next));
    }

    public static IResult Unknown(string noun) => Problems.Result(404, $"{noun}.unknown", $"There is no such {noun}.");

    static bool IsCsv(HttpRequest request) =>
        request.Query["format"] == "csv" || (!request.Query.ContainsKey("format") && request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/csv"));

    sealed class CsvRows<T>(IReadOnlyList<T> rows, string? next) : IResult
    {
        static readonly PropertyInfo[] Columns = [.. typeof(T).GetProperties().Where(property => property.GetIndexParameters().Length == 0)];

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "text/csv; charset=utf-8";
            if (next is not null)
            {
                httpContext.Response.Headers["Next"] = next;
            }

            await using var text = new StreamWriter(httpContext.Response.Body);
            await text.WriteLineAsync(string.Join(',', Columns.Select(column => JsonNamingPolicy.SnakeCaseLower.ConvertName(column.Name))));
            foreach (var row in rows)
            {
                await text.WriteLineAsync(string.Join(',', Columns.Select(column => Quoted(Cell(column.GetValue(row))))));
            }
        }

        static string Quoted(string cell) =>
            cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

        static string Cell(object? value) => value switch
        {
            null => "",
            string text => text,
            DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            bool truth => truth ? "true" : "false",
            IEnumerable or JsonElement => JsonSerializer.Serialize(value, value.GetType(), Json.Stored),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => JsonSerializer.Serialize(value, value.GetType(), Json.Stored),
        };
    }
}
