using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Approvals;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Agreements;

static class ContractEndpoints
{
    public static IEndpointRouteBuilder MapContracts(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/contracts").RequirePermission("sales:read");
        var write = app.MapGroup("/contracts").RequirePermission("sales:write").CheckCommands();

        MapWriting(write);
        MapLife(write);

        read.MapGet("", async ([AsParameters] ContractHistory.Filter filter, bool? group, DateTimeOffset? asOf, string? after, int? size, Queries queries,
            CancellationToken ct) => await ContractHistory.Open(
                queries, filter, await Group.Meant(queries, filter.CustomerId, group, ct), asOf?.UtcDateTime, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Contract>(id, contract => contract, ct, asOf));

        read.MapGet("/{id:guid}/document", Document);

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Contract>(id, ct));

        return app;
    }

    static void MapWriting(RouteGroupBuilder write)
    {
        write.MapPost("", async (DraftContract command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var id = Ids.Derive("contract", cause.CommandId);
            var grounds = await ContractGrounds.Load(journal, seller, command, ct);
            return await journal.Decide<Contract>(id, cause with { Basis = command.Basis, PolicyRefs = grounds.Refs },
                contract => contract.Draft(command, id, grounds), ct).ToHttp(_ => $"contracts/{id}");
        });

        write.MapPost("/{id:guid}/change", (Guid id, ChangeContract command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Contract>(id, cause with { Basis = command.Basis }, contract => contract.Change(command, seller), ct).ToHttp());

        write.MapPost("/{id:guid}/submit", async (Guid id, SubmitContract command, Seller seller, [AsParameters] Approving approving, CancellationToken ct) =>
        {
            var (journal, cause) = (approving.Journal, approving.Cause);
            var asked = await journal.Decide<Contract>(id, cause with { IsClaimed = false }, contract => contract.AskApproval(seller), ct);
            var contract = (await journal.Load<Contract>(id, ct)).State;
            if (asked is not Outcome.Accepted || contract.Matter is not { } matter)
            {
                return await Task.FromResult(asked).ToHttp();
            }

            // The approval first: where the rest is lost it is there already, and the same command goes on from it.
            var started = await approving.Start(new(new(Contract.Noun, id, contract.Version, contract.Hash), contract.CustomerId, contract.AuthorId, contract.OwnerId,
                matter.AccountId, matter.OpportunityId, matter.Value), command.Flow, ct);
            return started is not Outcome.Accepted ? await Task.FromResult(started).ToHttp()
                : await journal.Decide<Contract>(id, cause with { IsClaimed = false, Expected = null }, known => known.Submit(contract.Hash, command.Flow), ct).ToHttp();
        });
    }

    static void MapLife(RouteGroupBuilder write)
    {
        write.MapPost("/{id:guid}/signatures", async (Guid id, SignContract command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var (isApproved, approval) = await Approving.Find(journal, Contract.Noun, id, command.Hash, ct);
            return await journal.Decide<Contract>(id, cause with { Basis = command.Basis, PolicyRefs = approval.Version < 0 ? null : [approval] },
                (contract, at) => contract.Sign(command, seller, isApproved, at), ct).ToHttp();
        });

        write.MapPost("/{id:guid}/owner",
            async (Guid id, ChangeContractOwner said, Seller seller, Cause cause, Staff staff, IJournal journal, CancellationToken ct) =>
            {
                var command = said with { OwnerTeam = await staff.TeamOf(said.OwnerId, said.OwnerTeam, ct) };
                return await journal.Decide<Contract>(id, cause, contract => contract.ChangeOwner(command, seller), ct).ToHttp();
            });

        write.MapPost("/{id:guid}/withdraw", (Guid id, WithdrawContract command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Contract>(id, cause, contract => contract.Withdraw(command, seller), ct).ToHttp());

        write.MapPost("/{id:guid}/terminate", (Guid id, TerminateContract command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Contract>(id, cause, (contract, at) => contract.Terminate(command, seller, at), ct).ToHttp());
    }

    /// <summary>The contract as it is printed, in the clear, for those who work with it; an earlier version as of its time.</summary>
    static async Task<IResult> Document(Guid id, DateTime? asOf, IJournal journal, CancellationToken ct)
    {
        var (contract, version) = await journal.Load<Contract>(id, ct, asOf);
        return version < 0 ? Problems.Result(StatusCodes.Status404NotFound, "contract.unknown", "There is no such contract.")
            // A sealed field means that the keyring did not answer; an erased one is not there at all.
            : contract.Words.Values.Append(contract.Recipient).Any(field => field is { Clear: null }) ? throw new KeyringUnavailableException("The keyring does not answer.")
            : contract.Document() is var document && document.Hash() == contract.Hash ? TypedResults.Bytes(document.Bytes(), "text/html; charset=utf-8")
            : Problems.Result(StatusCodes.Status410Gone, "contract.erased",
                "Personal fields of this version were erased: it can no longer be printed as it was. Its terms are in the contract.");
    }
}
