using System.ComponentModel;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using CrmSuite.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Journal;

/// <summary>One property of a row record as a column.</summary>
sealed record RowColumn(string Name, PropertyInfo Property, Type Stored, NpgsqlDbType Type, bool Nullable, string? Comment)
{
    public string SqlType => Type switch
    {
        NpgsqlDbType.Double => "double precision",
        NpgsqlDbType.TimestampTz => "timestamptz",
        _ => Type.ToString().ToLowerInvariant(),
    };

    public static RowColumn Of(PropertyInfo property)
    {
        var value = System.Nullable.GetUnderlyingType(property.PropertyType);
        var bare = value ?? property.PropertyType;
        var type = bare.IsEnum ? NpgsqlDbType.Text : bare switch
        {
            _ when bare == typeof(Guid) => NpgsqlDbType.Uuid,
            _ when bare == typeof(string) => NpgsqlDbType.Text,
            _ when bare == typeof(int) => NpgsqlDbType.Integer,
            _ when bare == typeof(long) => NpgsqlDbType.Bigint,
            _ when bare == typeof(bool) => NpgsqlDbType.Boolean,
            _ when bare == typeof(decimal) => NpgsqlDbType.Numeric,
            _ when bare == typeof(double) => NpgsqlDbType.Double,
            _ when bare == typeof(DateTime) => NpgsqlDbType.TimestampTz,
            _ when bare == typeof(DateOnly) => NpgsqlDbType.Date,
            _ => NpgsqlDbType.Jsonb,
        };
        var nullable = value is not null || (!bare.IsValueType && new NullabilityInfoContext().Create(property).ReadState is NullabilityState.Nullable);
        var stored = bare.IsEnum || type is NpgsqlDbType.Jsonb ? typeof(string) : property.PropertyType;
        return new(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), property, stored, type, nullable, property.GetCustomAttribute<DescriptionAttribute>()?.Description);
    }

    /// <summary>From the property's value to what is stored.</summary>
    public Expression Store(Expression value) =>
        Property.PropertyType == typeof(string) ? Cell(nameof(Cells.Text), null, value)
        : Property.PropertyType.IsEnum ? Cell(nameof(Cells.Word), Property.PropertyType, value)
        : Stored == Property.PropertyType ? value
        : Type is NpgsqlDbType.Jsonb ? Cell(nameof(Cells.Write), Property.PropertyType, value)
        : Cell(nameof(Cells.WordOrNull), System.Nullable.GetUnderlyingType(Property.PropertyType), value);

    /// <summary>From the stored value at an ordinal to the property's value.</summary>
    public Expression Load(Expression reader, Expression ordinal)
    {
        var stored = Cell(nameof(Cells.Read), Stored, reader, ordinal);
        return Property.PropertyType.IsEnum ? Cell(nameof(Cells.Parse), Property.PropertyType, stored)
            : Stored == Property.PropertyType ? stored
            : Type is NpgsqlDbType.Jsonb ? Cell(nameof(Cells.ReadJson), Property.PropertyType, stored)
            : Cell(nameof(Cells.ParseOrNull), System.Nullable.GetUnderlyingType(Property.PropertyType), stored);
    }

    static MethodCallExpression Cell(string method, Type? type, params Expression[] arguments) =>
        Expression.Call(typeof(Cells), method, type is null ? null : [type], arguments);
}

/// <summary>The answer lacks a column that the row must have: a view's table that is still to be rebuilt.</summary>
sealed class MissingColumnException(string column) : Exception($"{column} is not there yet");

/// <summary>How a row record lies in a table, compiled once per type, when the first row comes: columns are the parameters of its longest constructor.</summary>
static class Rows<TRow>
{
    static readonly ConstructorInfo Constructor = typeof(TRow).GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)
        ?? throw new InvalidOperationException($"{typeof(TRow)} has no public constructor.");

    public static readonly IReadOnlyList<RowColumn> Columns =
        [.. Constructor.GetParameters().Select(parameter => RowColumn.Of(typeof(TRow).GetProperty(parameter.Name!)
            ?? throw new InvalidOperationException($"{typeof(TRow)} has no property for the parameter {parameter.Name}.")))];

    static readonly Lazy<Func<NpgsqlDataReader, int[], TRow>> Compiled = new(CompileRead);

    static readonly Lazy<Func<TRow, TRow>> Settled = new(CompileSettle);

    /// <summary>The row as the database will give it back: times in whole microseconds. Folding on it is folding on what was stored.</summary>
    public static TRow Settle(TRow row) => Settled.Value(row);

    /// <summary>Reads the row at the reader's place.</summary>
    public static TRow Read(NpgsqlDataReader reader, int[] ordinals) => Compiled.Value(reader, ordinals);

    /// <summary>How rows of this answer are read; a missing column that may be null is read as null.</summary>
    public static Func<NpgsqlDataReader, TRow> Reader(NpgsqlDataReader answer)
    {
        var ordinals = Ordinals(answer);
        return reader => Compiled.Value(reader, ordinals);
    }

    static int[] Ordinals(NpgsqlDataReader reader)
    {
        var names = Enumerable.Range(0, reader.FieldCount).GroupBy(reader.GetName).ToDictionary(group => group.Key, group => group.First());
        return [.. Columns.Select(column => names.TryGetValue(column.Name, out var ordinal) || column.Nullable
            ? names.GetValueOrDefault(column.Name, -1)
            : throw new MissingColumnException(column.Name))];
    }

    static Func<NpgsqlDataReader, int[], TRow> CompileRead()
    {
        var reader = Expression.Parameter(typeof(NpgsqlDataReader));
        var ordinals = Expression.Parameter(typeof(int[]));
        var values = Columns.Select((column, i) => column.Load(reader, Expression.ArrayIndex(ordinals, Expression.Constant(i))));
        return Expression.Lambda<Func<NpgsqlDataReader, int[], TRow>>(Expression.New(Constructor, values), reader, ordinals).Compile();
    }

    static Func<TRow, TRow> CompileSettle()
    {
        var row = Expression.Parameter(typeof(TRow));
        var times = Columns.Where(column => column.Type is NpgsqlDbType.TimestampTz).ToArray();
        if (times.Length == 0)
        {
            return same => same;
        }

        Expression Call(string method, RowColumn column) =>
            Expression.Call(typeof(Cells).GetMethod(method, [column.Property.PropertyType])!, Expression.Property(row, column.Property));
        var settled = times.Select(column => Call(nameof(Cells.IsSettled), column)).Aggregate(Expression.AndAlso);
        var values = Columns.Select(column => times.Contains(column) ? Call(nameof(Cells.Settle), column) : Expression.Property(row, column.Property));
        return Expression.Lambda<Func<TRow, TRow>>(Expression.Condition(settled, row, Expression.New(Constructor, values)), row).Compile();
    }
}

/// <summary>One value on its way into a column or out of it.</summary>
static class Cells
{
    /// <summary>PostgreSQL holds no NUL in a text; JSON may.</summary>
    public static string? Text(string? value) => value is null || !value.Contains('\0') ? value : value.Replace("\0", "", StringComparison.Ordinal);

    public static string Word<T>(T value) where T : struct, Enum => Words<T>.Of.TryGetValue(value, out var word) ? word : value.ToString();

    public static string? WordOrNull<T>(T? value) where T : struct, Enum => value is { } some ? Word(some) : null;

    public static T Parse<T>(string word) where T : struct, Enum => Words<T>.Named[word];

    public static T? ParseOrNull<T>(string? word) where T : struct, Enum => word is null ? null : Parse<T>(word);

    public static string? Write<T>(T value) => value is null ? null : JsonSerializer.Serialize(value, Json.Stored);

    public static T? ReadJson<T>(string? json) => json is null ? default : JsonSerializer.Deserialize<T>(json, Json.Stored);

    public static T Read<T>(NpgsqlDataReader reader, int ordinal) => ordinal < 0 || reader.IsDBNull(ordinal) ? default! : reader.GetFieldValue<T>(ordinal);

    public static DateTime Settle(DateTime value) => new(value.Ticks - (value.Ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);

    public static DateTime? Settle(DateTime? value) => value is { } some ? Settle(some) : null;

    /// <summary>The next whole microsecond, or the time itself.</summary>
    public static DateTime? SettleUp(DateTime? value) =>
        value is { } some ? Settle(new DateTime(Math.Min(some.Ticks, DateTime.MaxValue.Ticks - TimeSpan.TicksPerMicrosecond) + TimeSpan.TicksPerMicrosecond - 1)) : null;

    public static bool IsSettled(DateTime value) => value.Ticks % TimeSpan.TicksPerMicrosecond == 0 && value.Kind is DateTimeKind.Utc;

    public static bool IsSettled(DateTime? value) => value is not { } some || IsSettled(some);

    static class Words<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Of =
            Enum.GetValues<T>().Distinct().ToDictionary(value => value, value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));

        public static readonly Dictionary<string, T> Named = Of.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
