using System.Text;
using CrmSuite.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Import;

/// <summary>
/// Many nouns changed by one request: the rows are made here instead of uploaded, and then go the way of a file. So they show progress and refusals, outlive a restart
/// and are decided once, like every import.
/// </summary>
public static class Bulk
{
    /// <summary>The most rows of one request.</summary>
    public const int RowsMax = 100_000;

    /// <summary>Takes the rows in and answers 202 with where their progress stands; the same <c>Idempotency-Key</c> again answers the same.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The id of the command.</param>
    /// <param name="kind">The kind of import that reads them.</param>
    /// <param name="columns">The fields that differ from row to row.</param>
    /// <param name="rows">Their values, without commas, quotes or line breaks: ids and words.</param>
    /// <param name="values">The fields that are the same in all rows; what is null is left out.</param>
    /// <param name="location">The address of its progress.</param>
    /// <param name="ct">Cancels it.</param>
    public static async Task<IResult> Begin(HttpContext context, Guid id, string kind, string[] columns, IEnumerable<string[]> rows,
        IReadOnlyDictionary<string, string?> values, string location, CancellationToken ct)
    {
        var services = context.RequestServices;
        var import = services.GetServices<IImport>().Single(candidate => candidate.Kind == kind);
        var fields = columns.ToDictionary(name => name, name => new MappedField(Column: name));
        foreach (var (name, value) in values.Where(pair => pair.Value is not null))
        {
            fields[name] = new(Value: value);
        }

        var text = new StringBuilder(string.Join(',', columns)).Append('\n');
        foreach (var row in rows)
        {
            text.AppendJoin(',', row).Append('\n');
        }

        return await ImportEndpoints.Take(
            services.GetRequiredService<ImportStore>(), services.GetRequiredService<ImportRunner>(), import, id, new(fields), context.User.Actor(),
            new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), location, ct);
    }
}
