using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using CrmSuite.Journal;
using Microsoft.AspNetCore.Http;
using NpgsqlTypes;

namespace CrmSuite.Views;

/// <summary>Lists as CSV (RFC 4180), streamed page by page. A text that a spreadsheet would take for a formula is quoted with an apostrophe.</summary>
static class Csv
{
    public static bool IsAskedFor(HttpRequest request) =>
        request.Query["format"] == "csv" || request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase));

    /// <summary>Columns are what JSON shows too: the properties, computed ones last.</summary>
    public static IResult ToCsv<TRow>(string name, Page<TRow> first, Func<string, Task<Page<TRow>>> read) =>
        Results.Stream(async body =>
        {
            var shown = typeof(TRow).GetProperties().Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null);
            var columns = shown.Select(RowColumn.Of).ToList();
            await using var writer = new StreamWriter(body, leaveOpen: true) { NewLine = "\r\n" };
            await writer.WriteLineAsync(string.Join(',', columns.Select(column => column.Name)));
            for (var page = first; ; page = await read(page.Next))
            {
                foreach (var row in page.Items)
                {
                    await writer.WriteLineAsync(string.Join(',', columns.Select(column => Cell(column, column.Property.GetValue(row)))));
                }

                if (page.Next is null)
                {
                    return;
                }
            }
        }, "text/csv; charset=utf-8", $"{name}.csv");

    static string Cell(RowColumn column, object? value) => value switch
    {
        null => "",
        DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Enum word => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString()),
        bool flag => flag ? "true" : "false",
        string text => Quote(Escape(text)),
        _ when column.Type is NpgsqlDbType.Jsonb => Quote(System.Text.Json.JsonSerializer.Serialize(value, Contracts.Json.Door)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    static string Escape(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;

    static string Quote(string text) => text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
