using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Opportunities;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Quotes;

static class QuoteEndpoints
{
    public static IEndpointRouteBuilder MapQuotes(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/quotes").RequirePermission("sales:read");
        var write = app.MapGroup("/quotes").RequirePermission("sales:write").CheckCommands();

        MapWriting(write);
        MapLife(write);

        read.MapGet("", async ([AsParameters] QuoteHistory.Filter filter, bool? group, DateTime? asOf, string? after, int? size, Queries queries,
            CancellationToken ct) => await QuoteHistory.Open(
                queries, filter, await Group.Meant(queries, filter.CustomerId, group, ct), asOf, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Quote>(id, quote => quote, ct, asOf));

        read.MapGet("/{id:guid}/versions/{version:int}/document", Document);

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Quote>(id, ct));

        return app;
    }

    static void MapWriting(RouteGroupBuilder write)
    {
        write.MapPost("", async (DraftQuote command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var id = command is { Source: { } source, Number: { } number } ? DraftQuote.IdOf(source, number) : Ids.Derive("quote", cause.CommandId);
            var grounds = await QuoteGrounds.Load(journal, seller, command.AccountId, command.OpportunityId, command.Offer, ct);
            return await journal.Decide<Quote>(id, cause with { Basis = command.Basis, PolicyRefs = grounds.Refs },
                (quote, at) => quote.Begin(command, id, grounds, at), ct).ToHttp(_ => $"quotes/{id}");
        });

        write.MapPost("/{id:guid}/change", async (Guid id, ChangeQuote command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var known = (await journal.Load<Quote>(id, ct)).State;
            var grounds = await QuoteGrounds.Load(journal, seller, known.AccountId, known.OpportunityId, command.Offer, ct);
            return await journal.Decide<Quote>(id, cause with { Basis = command.Basis, PolicyRefs = grounds.Refs },
                (quote, at) => quote.Change(command, grounds, at), ct).ToHttp();
        });

        write.MapPost("/{id:guid}/revise", async (Guid id, ReviseQuote command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var known = (await journal.Load<Quote>(id, ct)).State;
            var offer = command.Offer ?? (known.Newest is { } newest ? Clear(newest).ToOffer() : Nothing);
            var grounds = await QuoteGrounds.Load(journal, seller, known.AccountId, known.OpportunityId, offer, ct);
            return await journal.Decide<Quote>(id, cause with { Basis = command.Basis, PolicyRefs = grounds.Refs },
                (quote, at) => quote.Revise(command, grounds, at), ct).ToHttp();
        });
    }

    static void MapLife(RouteGroupBuilder write)
    {
        write.MapPost("/{id:guid}/approval", async (Guid id, ApproveQuote command, Seller seller, [AsParameters] Approving approving, CancellationToken ct) =>
        {
            var asked = await approving.Journal.Decide<Quote>(id, approving.Cause with { IsClaimed = false }, quote => quote.AskApproval(seller), ct);
            var quote = (await approving.Journal.Load<Quote>(id, ct)).State;
            return asked is not Outcome.Accepted || quote.Newest is not { } newest ? await Task.FromResult(asked).ToHttp()
                : await approving.Start(await Request(quote, newest, approving.Journal, ct), command.Flow, ct).ToHttp(approval => $"approvals/{approval}");
        });

        write.MapPost("/{id:guid}/send", async (Guid id, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var grounds = await SendingGrounds.Load(journal, seller, (await journal.Load<Quote>(id, ct)).State, ct);
            return await journal.Decide<Quote>(id, cause with { PolicyRefs = grounds.Refs }, (quote, at) => quote.Send(grounds, at), ct).ToHttp();
        });

        write.MapPost("/{id:guid}/withdraw", (Guid id, WithdrawQuote command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Quote>(id, cause, quote => quote.Withdraw(command, seller), ct).ToHttp());

        write.MapPost("/{id:guid}/accept", (Guid id, AcceptQuote command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Quote>(id, cause with { Basis = command.Basis }, (quote, at) => quote.Accept(command, seller, at), ct).ToHttp());

        write.MapPost("/{id:guid}/reject", (Guid id, RejectQuote command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Quote>(id, cause with { Basis = command.Basis }, quote => quote.Reject(command, seller), ct).ToHttp());

        write.MapPost("/{id:guid}/owner",
            async (Guid id, ChangeQuoteOwner said, Seller seller, Cause cause, Staff staff, IJournal journal, CancellationToken ct) =>
            {
                var command = said with { OwnerTeam = await staff.TeamOf(said.OwnerId, said.OwnerTeam, ct) };
                return await journal.Decide<Quote>(id, cause, quote => quote.ChangeOwner(command, seller), ct).ToHttp();
            });
    }

    /// <summary>A version as it is printed, in the clear, for those who work with the quote.</summary>
    static async Task<IResult> Document(Guid id, int version, IJournal journal, CancellationToken ct)
    {
        var quote = (await journal.Load<Quote>(id, ct)).State;
        return quote.Versions.Find(known => known.Version == version) is not { } found
            ? Problems.Result(StatusCodes.Status404NotFound, "quote.unknown", "There is no such version of such a quote.")
            : quote.Document(Clear(found)) is var document && document.Hash() == found.Hash
            ? TypedResults.Bytes(document.Bytes(), "text/html; charset=utf-8")
            : Problems.Result(StatusCodes.Status410Gone, "quote.erased",
                "Personal fields of this version were erased: it can no longer be printed as it was. Its terms are in the quote.");
    }

    /// <summary>What is put up for approval: neither who wrote it nor who owns the deal may decide.</summary>
    static async Task<ApprovalRequest> Request(Quote quote, QuoteVersion draft, IJournal journal, CancellationToken ct)
    {
        var deal = quote.OpportunityId is { } id ? (await journal.Load<Opportunity>(id, ct)).State : null;
        return new(new(Quote.Noun, quote.QuoteId, draft.Version, draft.Hash), quote.CustomerId, draft.AuthorId, deal?.OwnerId ?? quote.OwnerId, quote.AccountId,
            quote.OpportunityId, draft.Terms.Net);
    }

    // A sealed field means that the keyring did not answer; an erased one is not there at all.
    static QuoteVersion Clear(QuoteVersion version) => version is { Recipient: { Clear: null } } or { Note: { Clear: null } }
        ? throw new KeyringUnavailableException("The keyring does not answer.")
        : version;

    static readonly Offer Nothing = new("", "", default, []);
}
