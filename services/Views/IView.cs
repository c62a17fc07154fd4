using CrmSuite.Journal;

namespace CrmSuite.Views;

/// <summary>
/// A view that holds personal fields in the clear, for those who search by them. Its events are opened before they are folded, an erased person's fields are left out,
/// and his rows go when his key is destroyed. Its name begins with <c>pii_</c>; rebuild = live does not hold for it, because keys end.
/// </summary>
/// <typeparam name="TRow">The row; its property <c>Person</c>, a Guid, says whose fields it holds.</typeparam>
public interface IPersonalView<TRow> : IView<TRow> where TRow : class
{
    /// <summary>How the names of such views begin, and no others.</summary>
    const string Prefix = "pii_";
}

/// <summary>
/// One table of a read side. The table's columns are the properties of <typeparamref name="TRow"/> in snake case; the first one is a <see cref="Guid"/> and the
/// primary key. The runner owns order, repeats, checkpoint and rebuild; the view owns the rule and its queries.
/// </summary>
/// <remarks>
/// Column types: Guid uuid, string and enum text, int, long, bool, decimal numeric, double, DateTime timestamptz (UTC), DateOnly date; a nullable property is a
/// nullable column; everything else (lists, records) is jsonb. <see cref="System.ComponentModel.DescriptionAttribute"/> on a property becomes the column's comment.
/// </remarks>
/// <typeparam name="TRow">The row, a sealed record; it is also what a query answers.</typeparam>
public interface IView<TRow> where TRow : class
{
    /// <summary>The table's name, snake case; queries name it as it stands.</summary>
    static abstract string Name { get; }

    /// <summary>Raise it to rebuild the table from the first event, beside the live one.</summary>
    static abstract int Version { get; }

    /// <summary>One sentence on what the table holds; it becomes the table's comment.</summary>
    static virtual string About => "";

    /// <summary>SQL index definitions behind <c>create index on {table}</c>, for example <c>(status, placed_at desc, id)</c>.</summary>
    static virtual IReadOnlyList<string> Indexes => [];

    /// <summary>Which rows the entry touches; none for an entry that does not concern the view. Never throws.</summary>
    static abstract IEnumerable<Guid> Keys(Recorded entry);

    /// <summary>The row after the entry; null when there is none (or no longer). Pure: the entry's times, never the clock.</summary>
    /// <param name="key">The row's key, one of <see cref="Keys"/>.</param>
    /// <param name="row">The row so far, null when there is none.</param>
    /// <param name="entry">The event.</param>
    static abstract TRow? Fold(Guid key, TRow? row, Recorded entry);
}

/// <summary>
/// A view that also keeps what each row was: every version with <c>valid_from, valid_to</c> (business time) and <c>known_from, known_to</c> (positions of the log),
/// half-open. Keys must be ids of one stream, whose business time never falls.
/// </summary>
public interface IHistoryView<TRow> : IView<TRow> where TRow : class;
