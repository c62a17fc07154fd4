using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Lookups;

/// <summary>Somebody looks for an account, a person, a deal or a lead. What he types is personal, so it comes in a body: addresses end up in logs.</summary>
/// <param name="Text">The beginning of words of a name, an e-mail address, or digits of a telephone number.</param>
/// <param name="Noun">account, contact, opportunity or lead; all four where it is not said.</param>
/// <param name="After">The cursor from the page before.</param>
/// <param name="Size">How many rows.</param>
sealed record Search(string Text, string? Noun = null, string? After = null, int Size = Queries.SizeDefault) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        _ when string.IsNullOrWhiteSpace(Text) || Text.Length > Lookup.TextMax => new("search.text", $"Look for a text of at most {Lookup.TextMax} characters."),
        _ when Noun is not (null or "account" or "contact" or "opportunity" or "lead") =>
            new("search.noun", "Look among accounts, contacts, opportunities or leads: account, contact, opportunity or lead."),
        _ when Size is < 1 or > Queries.SizeMax => new("page.size", $"A page has 1 to {Queries.SizeMax} rows."),
        _ => null,
    };
}

static class LookupEndpoints
{
    public static IEndpointRouteBuilder MapLookups(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/search").RequirePermission("sales:read").CheckCommands().MapPost("", (Search search, Queries queries, CancellationToken ct) =>
            PiiLookup.Find(queries, search.Text, search.Noun, search.After, search.Size, ct));
        return app;
    }
}
