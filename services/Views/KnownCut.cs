using System.Globalization;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Views;

/// <summary>
/// What a department knew at the instant <c>knownAt</c> of a request: its journal up to the last event that was recorded by then. The position is answered in
/// the header <c>Known-Cut</c>, as <c>sales=transaction.number</c>.
/// </summary>
/// <param name="Known">The position on the axis of knowledge of a history view; null where all counts that is known.</param>
[ReadsQuery("knownAt")]
public sealed record KnownCut(decimal? Known)
{
    /// <summary>The header that says to which position <c>knownAt</c> was resolved.</summary>
    public const string Header = "Known-Cut";

    /// <summary>Reads it from a request.</summary>
    public static async ValueTask<KnownCut?> BindAsync(HttpContext context)
    {
        var text = context.Request.Query["knownAt"].ToString();
        if (text.Length == 0)
        {
            return new KnownCut((decimal?)null);
        }

        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) || !Era.Has(at))
        {
            throw new BadHttpRequestException($"'knownAt' is {Era.Instant}, from {Era.First.Year} to {Era.Last.Year}.");
        }

        var log = context.RequestServices.GetRequiredService<JournalLog>();
        var position = await log.RecordedBy(at, context.RequestAborted);
        context.Response.Headers[Header] = $"{log.Department}={position}";
        context.RequestServices.GetRequiredService<Queries>().Cut = position;
        return new KnownCut(Queries.Known(position));
    }
}
