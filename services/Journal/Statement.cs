using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Journal;

/// <summary>
/// Statements with numbered parameters, and what they answer. A statement is run once and lets go of what it holds. An array of references that is the only value is
/// given as <c>(object)</c>, or it would be taken for the values.
/// </summary>
public static class Statement
{
    /// <summary>A statement on a connection of the pool.</summary>
    public static NpgsqlCommand Sql(this NpgsqlDataSource database, string text, params ReadOnlySpan<object?> values) => database.CreateCommand(text).With(values);

    /// <summary>A statement on this connection, in its transaction.</summary>
    public static NpgsqlCommand Sql(this NpgsqlConnection connection, string text, params ReadOnlySpan<object?> values) => new NpgsqlCommand(text, connection).With(values);

    /// <summary>More parameters, in order. A position is two.</summary>
    public static NpgsqlCommand With(this NpgsqlCommand command, params ReadOnlySpan<object?> values)
    {
        Give(command.Parameters, values);
        return command;
    }

    /// <summary>One more statement of a batch: what it holds goes in one round trip, and in one transaction unless it is in one already.</summary>
    public static void Add(this NpgsqlBatch batch, string text, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(text);
        Give(command.Parameters, values);
        batch.BatchCommands.Add(command);
    }

    /// <summary>How many rows were written.</summary>
    public static async Task<int> Run(this NpgsqlCommand command, CancellationToken ct)
    {
        await using var once = command;
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The one value.</summary>
    public static async Task<T> Value<T>(this NpgsqlCommand command, CancellationToken ct)
    {
        await using var once = command;
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Rows as records, their columns found by name, or as single values.</summary>
    public static Task<List<T>> Read<T>(this NpgsqlCommand command, CancellationToken ct) =>
        typeof(T).IsValueType || typeof(T) == typeof(string) ? command.Read(reader => Cells.Read<T>(reader, 0), ct) : command.ReadBy(Rows<T>.Reader, ct);

    /// <summary>Each row by a function.</summary>
    public static Task<List<T>> Read<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken ct) => command.ReadBy(_ => row, ct);

    /// <summary>Each row by a function that depends on the columns.</summary>
    public static async Task<List<T>> ReadBy<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, Func<NpgsqlDataReader, T>> columns, CancellationToken ct)
    {
        await using var once = command;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (row, rows) = (columns(reader), new List<T>());
        while (await reader.ReadAsync(ct))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>The position in two columns.</summary>
    public static Position GetPosition(this NpgsqlDataReader reader, int ordinal) => new(reader.GetFieldValue<ulong>(ordinal), reader.GetInt64(ordinal + 1));

    /// <summary>The value, or null.</summary>
    public static T? GetOrNull<T>(this NpgsqlDataReader reader, int ordinal) where T : class => reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<T>(ordinal);

    static void Give(NpgsqlParameterCollection parameters, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            if (value is Position position)
            {
                parameters.Add(new() { Value = position.Transaction, NpgsqlDbType = NpgsqlDbType.Xid8 });
                parameters.Add(new() { Value = position.Number });
            }
            else
            {
                parameters.Add(value as NpgsqlParameter ?? new() { Value = value ?? DBNull.Value });
            }
        }
    }
}
