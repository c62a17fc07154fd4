using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.FieldTables;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Accounts;

/// <summary>Sales begins to look after a customer. He is named by his id, or by what the source calls him.</summary>
/// <param name="CustomerId">The customer, by id.</param>
/// <param name="Customer">The customer, by reference; needs a basis.</param>
/// <param name="Kind">Organisation or person.</param>
/// <param name="Name">What the account is called; needs a basis.</param>
/// <param name="OwnerId">Who looks after it; default the caller.</param>
/// <param name="OwnerTeam">The owner's team; default the caller's, where he is the owner.</param>
/// <param name="ParentId">The account that it belongs to.</param>
/// <param name="Industry">What it does.</param>
/// <param name="SizeBand">How big it is.</param>
/// <param name="Country">Where it is.</param>
/// <param name="Source">The system it comes from.</param>
/// <param name="Number">Its number there; the same number again is the same account.</param>
/// <param name="Basis">Why the personal fields may be held.</param>
/// <param name="Force">Why it shall be opened although others look the same.</param>
sealed record OpenAccount(
    Guid? CustomerId = null,
    CustomerRef? Customer = null,
    AccountKind Kind = AccountKind.Organisation,
    PersonalData? Name = null,
    string? OwnerId = null,
    string? OwnerTeam = null,
    Guid? ParentId = null,
    string? Industry = null,
    string? SizeBand = null,
    string? Country = null,
    string? Source = null,
    string? Number = null,
    Basis? Basis = null,
    string? Force = null) : ICommand
{
    /// <summary>The account that source and number name.</summary>
    public static Guid IdOf(string source, string number) => Ids.Derive("account", source, number);

    public Refusal? Invalid() => this switch
    {
        _ when CustomerId is null == Customer is null => new("account.customer", "Name the customer, either by customerId or by customer."),
        { Customer: { } named } when named.Problem() is { } problem => new("account.customer", problem),
        _ when Source is null != Number is null => new("account.number", "Source and number go together."),
        { Source: not null } when !Form.IsWord(Source) => new("account.source", "The source is a word of lower-case letters, digits and hyphens."),
        { Number: not null } when !Form.IsLine(Number, AccountForm.TextMax) =>
            new("account.number", $"The number is one line of at most {AccountForm.TextMax} characters."),
        { Force: { } force } when AccountForm.Reason(force) is { } form => form,
        _ => AccountForm.Owner(OwnerId, OwnerTeam) ?? AccountForm.Fields(Name, Industry, SizeBand, Country) ?? Basis.Invalid(),
    };
}

/// <summary>What is known of the account changes; only what is named.</summary>
/// <param name="Name">What it is called; needs a basis.</param>
/// <param name="Industry">What it does.</param>
/// <param name="SizeBand">How big it is.</param>
/// <param name="Country">Where it is.</param>
/// <param name="Basis">Why the name may be held.</param>
/// <param name="Fields">The values of extra fields; one without a value is emptied.</param>
sealed record SetAccountFields(
    PersonalData? Name = null,
    string? Industry = null,
    string? SizeBand = null,
    string? Country = null,
    Basis? Basis = null,
    IReadOnlyList<FieldValue>? Fields = null) : ICommand
{
    public Refusal? Invalid() => AccountForm.Fields(Name, Industry, SizeBand, Country)
        ?? (Fields is { } fields ? FieldTable.Malformed(FieldTable.Account, fields) : null) ?? Basis.Invalid();
}

/// <summary>Somebody else looks after the account.</summary>
sealed record ChangeAccountOwner(string OwnerId, string Reason, string? OwnerTeam = null) : ICommand
{
    public Refusal? Invalid() => AccountForm.Owner(OwnerId, OwnerTeam) ?? AccountForm.Reason(Reason);
}

/// <summary>The account belongs to another one, or to none.</summary>
sealed record SetAccountParent(Guid? ParentId);

/// <summary>Nothing more is sold to the account.</summary>
sealed record CloseAccount(string Reason) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}

/// <summary>The account is looked after again.</summary>
sealed record ReopenAccount(string Reason) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}

enum AccountStatus { None, Open, Closed }

/// <summary>A customer as Sales looks after him: who owns him, what he belongs to, and whether anything is sold to him.</summary>
sealed record Account(
    Guid AccountId,
    AccountStatus Status,
    Guid CustomerId,
    AccountKind Kind,
    string OwnerId,
    string? OwnerTeam,
    Guid? ParentId,
    PersonalData? Name,
    string? Industry,
    string? SizeBand,
    string? Country,
    ImmutableSortedDictionary<string, string> Extra) : IFold<Account>
{
    public static string Category => "sales.account";

    public static Account Initial { get; } = new(default, AccountStatus.None, default, default, "", null, null, null, null, null, null, FieldTable.Nothing);

    public static Account Evolve(Account state, Event fact) => fact switch
    {
        AccountOpened e => new(e.AccountId, AccountStatus.Open, e.CustomerId, e.Kind, e.OwnerId, e.OwnerTeam, e.ParentId, e.Name, e.Industry, e.SizeBand,
            e.Country, FieldTable.Nothing),
        AccountFieldsSet e => state with
        {
            Name = e.Name ?? state.Name,
            Industry = e.Industry ?? state.Industry,
            SizeBand = e.SizeBand ?? state.SizeBand,
            Country = e.Country ?? state.Country,
            Extra = (e.Fields ?? []).Aggregate(state.Extra, FieldTable.Set),
        },
        AccountOwnerChanged e => state with { OwnerId = e.To, OwnerTeam = e.ToTeam },
        AccountParentChanged e => state with { ParentId = e.To },
        AccountClosed => state with { Status = AccountStatus.Closed },
        AccountReopened => state with { Status = AccountStatus.Open },
        _ => state,
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="accountId">The account's id.</param>
    /// <param name="customerId">The customer's id.</param>
    /// <param name="seller">Who asks, and so the owner where none is named.</param>
    /// <param name="parent">The account it shall belong to, where one is named.</param>
    /// <param name="twins">The accounts that look the same; null where nobody looked.</param>
    public Decision Open(OpenAccount command, Guid accountId, Guid customerId, Seller seller, Account? parent, IReadOnlyList<Guid>? twins = null)
    {
        var ownerId = command.OwnerId ?? seller.Id;
        return Status switch
        {
            AccountStatus.None when parent?.Status == AccountStatus.None =>
                Refuse("account.parent-unknown", "There is no account that it could belong to. Open that one first."),
            AccountStatus.None when twins is { Count: > 0 } && command.Force is null => Refuse("account.duplicate",
                "Accounts of the same name stand in this country, or of the same person. Take one of the candidates, or say by 'force' why another one is opened.",
                "candidates", twins),
            AccountStatus.None => new AccountOpened(accountId, customerId, command.Kind, ownerId, command.OwnerTeam
                ?? (ownerId == seller.Id ? seller.Team : null),
                command.Name?.Of(customerId), command.ParentId, command.Industry, command.SizeBand, command.Country, command.Source, command.Number,
                command.Customer is { } named ? PersonalData.From(named.Reference).Of(customerId) : null, command.Force),
            _ when (customerId, command.Kind) == (CustomerId, Kind) => [],
            _ => Refuse("account.other", "This account was opened before for another customer."),
        };
    }

    /// <param name="command">What was asked for.</param>
    /// <param name="seller">Who asks.</param>
    /// <param name="fields">The extra fields of accounts.</param>
    public Decision SetFields(SetAccountFields command, Seller seller, FieldTable fields)
    {
        var name = command.Name?.Of(CustomerId);
        FieldValue[] extra = [.. (command.Fields ?? []).Where(field => Extra.GetValueOrDefault(field.Key) != field.Value)];
        var set = new AccountFieldsSet(AccountId, CustomerId, name == Name ? null : name, Changed(command.Industry, Industry),
            Changed(command.SizeBand, SizeBand), Changed(command.Country, Country), extra is [] ? null : extra);
        return Status switch
        {
            AccountStatus.None => Unknown("account"),
            _ when set == new AccountFieldsSet(AccountId, CustomerId) => [],
            _ when !seller.May(OwnerId, OwnerTeam) => NotYours(),
            _ when fields.Wrong(FieldTable.Account, extra) is { } wrong => Refuse(wrong.Code, wrong.Reason),
            _ => set,
        };
    }

    public Decision ChangeOwner(ChangeAccountOwner command, Seller seller) => Status switch
    {
        AccountStatus.None => Unknown("account"),
        _ when (command.OwnerId, command.OwnerTeam ?? OwnerTeam) == (OwnerId, OwnerTeam) => [],
        _ when !seller.May(OwnerId, OwnerTeam) => NotYours(),
        _ => new AccountOwnerChanged(AccountId, CustomerId, OwnerId, command.OwnerId, command.OwnerTeam, command.Reason),
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="seller">Who asks.</param>
    /// <param name="above">The new parent and all that is above it; empty where it is not known.</param>
    public Decision SetParent(SetAccountParent command, Seller seller, IReadOnlyCollection<Guid> above) => Status switch
    {
        AccountStatus.None => Unknown("account"),
        _ when command.ParentId == ParentId => [],
        _ when !seller.May(OwnerId, OwnerTeam) => NotYours(),
        _ when command.ParentId is not null && above.Count == 0 =>
            Refuse("account.parent-unknown", "There is no account that it could belong to. Open that one first."),
        _ when above.Contains(AccountId) => Refuse("account.circle", "The other account belongs to this one already. Take it out there first."),
        _ => new AccountParentChanged(AccountId, CustomerId, ParentId, command.ParentId),
    };

    public Decision Close(CloseAccount command, Seller seller) => Status switch
    {
        AccountStatus.None => Unknown("account"),
        AccountStatus.Closed => [],
        _ when !seller.May(OwnerId, OwnerTeam) => NotYours(),
        _ => new AccountClosed(AccountId, CustomerId, command.Reason),
    };

    public Decision Reopen(ReopenAccount command, Seller seller) => Status switch
    {
        AccountStatus.None => Unknown("account"),
        AccountStatus.Open => [],
        _ when !seller.May(OwnerId, OwnerTeam) => NotYours(),
        _ => new AccountReopened(AccountId, CustomerId, command.Reason),
    };

    static Decision NotYours() => Refuse("account.other-owner", "Somebody else looks after this account. Ask him or a manager.");

    static string? Changed(string? said, string? known) => said == known ? null : said;
}
