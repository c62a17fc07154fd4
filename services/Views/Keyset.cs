using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using CrmSuite.Journal;
using Npgsql;

namespace CrmSuite.Views;

/// <summary>An order over columns that are together unique, and the place in it after which a page begins.</summary>
sealed record Keyset(IReadOnlyList<(string Column, string SqlType, bool IsDescending)> Order)
{
    /// <summary>The longest cursor that is looked at.</summary>
    const int CursorMax = 4_000;

    /// <summary>From <c>placed_at desc, number</c>; the key of the row is added where it is missing.</summary>
    public static Keyset Parse<TRow>(string orderBy)
    {
        var columns = Rows<TRow>.Columns;
        var order = orderBy.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var column = columns.FirstOrDefault(column => column.Name == words[0]) ?? throw new ArgumentException($"{words[0]} is not a column of {typeof(TRow)}.", nameof(orderBy));
            return column.Nullable
                ? throw new ArgumentException($"{words[0]} may be null: a page cannot begin after nothing.", nameof(orderBy))
                : (column.Name, column.SqlType, words is [_, "desc"]);
        }).ToList();
        return new(order.Exists(part => part.Name == columns[0].Name) ? order : [.. order, (columns[0].Name, columns[0].SqlType, order.Count > 0 && order[^1].Item3)]);
    }

    /// <summary>The select with order, limit and, where a cursor is given, the bound; its last column is the row's own cursor.</summary>
    public string Wrap(string select, NpgsqlParameterCollection parameters, string? after, int limit)
    {
        var where = after is null ? "" : $"where {Bound(parameters, Read(after))}";
        var order = string.Join(", ", Order.Select(part => $"\"{part.Column}\"{(part.IsDescending ? " desc" : "")}"));
        var cursor = string.Join(", ", Order.Select(part => $"\"{part.Column}\"::text"));
        parameters.Add(new() { Value = limit });
        return $"select *, array[{cursor}] as \"after\" from ({select}) as listed {where} order by {order} limit ${parameters.Count}";
    }

    public static string Cursor(string?[] values) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(values));

    public static ViewProblemException Invalid() => new(400, "cursor.invalid", "The cursor is not one that a page of this list has answered.");

    string[] Read(string cursor)
    {
        try
        {
            var values = cursor.Length > CursorMax ? null : JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(cursor));
            return values?.Length == Order.Count && Array.TrueForAll(values, value => value?.Contains('\0') is false) ? values : throw Invalid();
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or DecoderFallbackException)
        {
            throw Invalid();
        }
    }

    /// <summary>One comparison of rows where all columns run the same way, which an index answers; else the cases one by one.</summary>
    string Bound(NpgsqlParameterCollection parameters, string[] values)
    {
        var bounds = Order.Select((part, i) =>
        {
            parameters.Add(new() { Value = values[i] });
            return $"${parameters.Count}::text::{part.SqlType}";
        }).ToList();
        if (Order.All(part => part.IsDescending == Order[0].IsDescending))
        {
            return $"({string.Join(", ", Order.Select(part => $"\"{part.Column}\""))}) {(Order[0].IsDescending ? "<" : ">")} ({string.Join(", ", bounds)})";
        }

        var cases = Order.Select((part, i) => string.Join(" and ",
            [.. Order.Take(i).Select((equal, j) => $"\"{equal.Column}\" = {bounds[j]}"), $"\"{part.Column}\" {(part.IsDescending ? "<" : ">")} {bounds[i]}"]));
        return $"\"{Order[0].Column}\" {(Order[0].IsDescending ? "<=" : ">=")} {bounds[0]} and ({string.Join(" or ", cases.Select(one => $"({one})"))})";
    }
}
