using CrmSuite.Journal;

namespace CrmSuite.Import;

/// <summary>A field that a file's column can be mapped to.</summary>
/// <param name="Name">Its name in a mapping, camel case; a part of a whole is dotted, <c>customer.reference</c>.</param>
/// <param name="About">What it holds, in one sentence, with its form.</param>
/// <param name="IsRequired">Whether every mapping must name it.</param>
/// <param name="IsPersonal">Whether it is a personal field, which needs a legal basis.</param>
public sealed record ImportField(string Name, string About, bool IsRequired = false, bool IsPersonal = false);

/// <summary>One kind of file that a department takes in: its fields, and what one row of it means. Implementations are stateless.</summary>
public interface IImport
{
    /// <summary>What the rows are, one word as in the route, for example <c>orders</c>.</summary>
    string Kind { get; }

    /// <summary>The fields that columns can be mapped to.</summary>
    IReadOnlyList<ImportField> Fields { get; }

    /// <summary>What reads the next page of rows, when the one before is written: this one, unless what a row means rests on the rows before it.</summary>
    ValueTask<IImport> Page(CancellationToken ct) => new(this);

    /// <summary>
    /// What one row means: a decision on one noun, with the cause that <see cref="Row.Cause"/> makes from the row's natural key. What other nouns say is looked up
    /// here, as an endpoint does.
    /// </summary>
    /// <exception cref="RowRefusedException">The row cannot be read; it refuses itself, not the file.</exception>
    ValueTask<Deciding> Read(Row row, CancellationToken ct);
}

/// <summary>A row that cannot be taken: its line is listed with this code and sentence, which never repeat the row's content.</summary>
public sealed class RowRefusedException(string code, string reason) : Exception(reason)
{
    /// <summary>A stable code, for example <c>field.missing</c>.</summary>
    public string Code { get; } = code;
}
