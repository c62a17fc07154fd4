using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.Sales.FieldTables;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Accounts;

static class AccountEndpoints
{
    /// <summary>How many accounts may lie above one another.</summary>
    const int DepthMax = 20;

    static readonly Guid OfAccounts = FieldTable.IdOf(FieldTable.Account);

    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/accounts").RequirePermission("sales:read");
        var write = app.MapGroup("/accounts").RequirePermission("sales:write").CheckCommands();

        app.MapGroup("/accounts").MapImport("accounts", "sales:operate");

        write.MapPost("", async (OpenAccount said, Seller seller, Cause cause, References references, Staff staff, IJournal journal,
            [AsParameters] Registry registry, Queries queries, CancellationToken ct) =>
        {
            if (await registry.Refuse(said.CustomerId, ct) is { } unknown)
            {
                return unknown;
            }

            var command = said with { OwnerTeam = await staff.TeamOf(said.OwnerId, said.OwnerTeam, ct) };
            var id = command is { Source: { } source, Number: { } number } ? OpenAccount.IdOf(source, number) : Ids.Derive("account", cause.CommandId);
            var customerId = command.CustomerId ?? references.CustomerId(command.Customer!);
            var parent = command.ParentId is { } parentId ? (await journal.Load<Account>(parentId, ct)).State : null;
            var twins = command.Kind == AccountKind.Organisation ? await PiiLookup.Accounts(queries, command.Name, command.Country, id, ct)
                : await AccountList.Twins(queries, customerId, id, ct);
            return await journal
                .Decide<Account>(id, cause with { Basis = command.Basis }, account => account.Open(command, id, customerId, seller, parent, twins), ct)
                .ToHttp(_ => $"accounts/{id}");
        });

        write.MapPost("/{id:guid}/fields", async (Guid id, SetAccountFields command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var (fields, version) = await journal.Load<FieldTable>(OfAccounts, ct);
            PolicyRef[]? refs = command.Fields is null || version < 0 ? null : [new($"{FieldTable.Category}-{OfAccounts}", version)];
            return await journal.Decide<Account>(id, cause with { Basis = command.Basis, PolicyRefs = refs }, account => account.SetFields(command, seller, fields), ct)
                .ToHttp();
        });

        write.MapPost("/{id:guid}/owner", async (Guid id, ChangeAccountOwner said, Seller seller, Cause cause, Staff staff, IJournal journal,
            CancellationToken ct) =>
        {
            var command = said with { OwnerTeam = await staff.TeamOf(said.OwnerId, said.OwnerTeam, ct) };
            return await journal.Decide<Account>(id, cause, account => account.ChangeOwner(command, seller), ct).ToHttp();
        });

        write.MapPost("/{id:guid}/parent", async (Guid id, SetAccountParent command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var above = await Above(command.ParentId, journal, ct);
            return await journal.Decide<Account>(id, cause, account => account.SetParent(command, seller, above), ct).ToHttp();
        });

        write.MapPost("/{id:guid}/close", (Guid id, CloseAccount command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Account>(id, cause, account => account.Close(command, seller), ct).ToHttp());

        write.MapPost("/{id:guid}/reopen", (Guid id, ReopenAccount command, Seller seller, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Account>(id, cause, account => account.Reopen(command, seller), ct).ToHttp());

        read.MapGet("", async ([AsParameters] AccountList.Filter filter, bool? group, string? after, int? size, Queries queries, CancellationToken ct) =>
            await AccountList.Open(queries, filter, await Group.Meant(queries, filter.CustomerId, group, ct), after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Account>(id, account => account, ct, asOf));

        read.MapGet("/{id:guid}/name", (Guid id, IJournal journal, CancellationToken ct) => journal.Show<Account>(id, Named.Of, ct));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Account>(id, ct));

        return app;
    }

    /// <summary>The account and all that is above it, nearest first; empty where it is not known.</summary>
    static async Task<IReadOnlyCollection<Guid>> Above(Guid? accountId, IJournal journal, CancellationToken ct)
    {
        var above = new List<Guid>();
        while (accountId is { } id && above.Count < DepthMax && await journal.Load<Account>(id, ct) is { Version: >= 0, State: var account })
        {
            above.Add(id);
            accountId = account.ParentId;
        }

        return above;
    }

    /// <summary>The name in clear text, for those who work with the account; left out where it was erased.</summary>
    sealed record Named(Guid AccountId, string? Name)
    {
        // A sealed field means that the keyring did not answer; an erased one is not there at all.
        public static Named Of(Account account) => account.Name is { Clear: null }
            ? throw new KeyringUnavailableException("The keyring does not answer.")
            : new(account.AccountId, account.Name?.Clear);
    }
}
