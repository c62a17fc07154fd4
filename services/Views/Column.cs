using System.Linq.Expressions;
using CrmSuite.Journal;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Views;

/// <summary>One column of a view's table: how its values come out of an item and go to the database, as an array or into a COPY.</summary>
abstract class Column<TItem>(string name, string type, string? comment)
{
    public string Name => name;
    public string Quoted { get; } = $"\"{name}\"";
    public string Definition => $"{Quoted} {type}";
    public string? Comment => comment;

    public abstract NpgsqlParameter Values(List<TItem> items);

    public abstract void Copy(NpgsqlBinaryImporter copy, TItem item);

    /// <summary>The column of a property of <see cref="Stored{TRow}.Row"/>; the key comes from the item itself.</summary>
    public static Column<TItem> Of<TRow>(RowColumn column, bool isKey)
    {
        if (isKey && column.Type is not NpgsqlDbType.Uuid)
        {
            throw new InvalidOperationException($"The first property of {typeof(TRow)} must be its key, a Guid.");
        }

        var item = Expression.Parameter(typeof(TItem));
        var value = isKey ? Expression.Property(item, "Key") : column.Store(Expression.Property(Expression.Property(item, "Row"), column.Property));
        var get = Expression.Lambda(typeof(Func<,>).MakeGenericType(typeof(TItem), column.Stored), value, item);
        return (Column<TItem>)Activator.CreateInstance(typeof(Column<,>).MakeGenericType(typeof(TItem), column.Stored),
            column.Name, column.SqlType + (column.Nullable ? "" : " not null"), column.Type, column.Comment, get)!;
    }
}

/// <inheritdoc/>
sealed class Column<TItem, TStored>(string name, string definition, NpgsqlDbType type, string? comment, Expression<Func<TItem, TStored>> getter) : Column<TItem>(name, definition, comment)
{
    // A department has hundreds of columns, and starts before it has a row.
    readonly Lazy<Func<TItem, TStored>> get = new(getter.Compile);

    public override NpgsqlParameter Values(List<TItem> items)
    {
        var values = new TStored[items.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = get.Value(items[i]);
        }

        return new NpgsqlParameter<TStored[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    public override void Copy(NpgsqlBinaryImporter copy, TItem item)
    {
        var value = get.Value(item);
        if (value is null)
        {
            copy.WriteNull();
        }
        else
        {
            copy.Write(value, type);
        }
    }
}
