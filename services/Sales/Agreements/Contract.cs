using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using NodaTime;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Agreements;

enum ContractStatus { None, Draft, Submitted, Approved, Signed, Active, Expired, Terminated, Withdrawn }

/// <summary>
/// What we and a customer agree on, from the first draft until it ends. What is approved and signed is one text, by its hash: whoever changes it begins anew.
/// </summary>
sealed record Contract(
    Guid ContractId,
    ContractStatus Status,
    Guid CustomerId,
    ContractMatter? Matter,
    int Version,
    ContractTerms? Terms,
    string AuthorId,
    string OwnerId,
    string? OwnerTeam,
    string Hash,
    int Layout,
    PersonalData? Recipient,
    ImmutableDictionary<string, PersonalData?> Words,
    ImmutableList<string> Signatures,
    bool IsNoticeTold) : IFold<Contract>
{
    /// <summary>How approvals call it.</summary>
    public const string Noun = "contract";

    /// <summary>How many days before the last one for a notice its owner is told.</summary>
    public const int NoticeLeadDays = 14;

    const int VersionsMax = 100;

    /// <summary>Between these days every day has a beginning in every zone.</summary>
    static readonly (DateOnly First, DateOnly Last) Days = (new(2, 1, 1), new(9998, 12, 31));

    public static string Category => "sales.contract";

    public static Contract Initial { get; } =
        new(default, ContractStatus.None, default, null, 0, null, "", "", null, "", 0, null, ImmutableDictionary<string, PersonalData?>.Empty, [], false);

    /// <summary>What is recorded of each signature.</summary>
    public ImmutableList<ContractSignatureRecorded> Recorded { get; init; } = [];

    /// <summary>How it was ended before its time; null while it was not.</summary>
    public ContractTerminated? Ended { get; init; }

    /// <summary>Whether all parties have signed it, and it was not ended.</summary>
    public bool IsInForce => Status is ContractStatus.Signed or ContractStatus.Active;

    public static Contract Evolve(Contract state, Event fact) => fact switch
    {
        ContractDrafted e => Initial with
        {
            ContractId = e.ContractId,
            Status = ContractStatus.Draft,
            CustomerId = e.CustomerId,
            Matter = e.Matter,
            Version = 1,
            Terms = e.Terms,
            AuthorId = e.AuthorId,
            OwnerId = e.OwnerId,
            OwnerTeam = e.OwnerTeam,
            Hash = e.Hash,
            Layout = e.Layout,
            Recipient = e.Recipient,
        },
        ContractChanged e => state with
        {
            Status = ContractStatus.Draft,
            Matter = e.Matter,
            Version = e.Version,
            Terms = e.Terms,
            AuthorId = e.AuthorId,
            Hash = e.Hash,
            Layout = e.Layout,
            Recipient = e.Recipient,
            Words = ImmutableDictionary<string, PersonalData?>.Empty,
        },
        ContractClauseWorded e => state with { Words = state.Words.SetItem(e.Clause, e.Text) },
        ContractOwnerChanged e => state with { OwnerId = e.To, OwnerTeam = e.ToTeam },
        ContractSubmitted => state with { Status = ContractStatus.Submitted },
        ContractApproved => state with { Status = ContractStatus.Approved },
        ContractReturned => state with { Status = ContractStatus.Draft },
        ContractSignatureRecorded e => state with { Signatures = state.Signatures.Add(e.Party), Recorded = state.Recorded.Add(e) },
        ContractSigned => state with { Status = ContractStatus.Signed },
        ContractActivated => state with { Status = ContractStatus.Active },
        ContractNoticeDue => state with { IsNoticeTold = true },
        ContractExpired => state with { Status = ContractStatus.Expired },
        ContractTerminated e => state with { Status = ContractStatus.Terminated, Ended = e },
        ContractWithdrawn => state with { Status = ContractStatus.Withdrawn },
        _ => state,
    };

    public Decision Draft(DraftContract command, Guid id, ContractGrounds grounds)
    {
        if (Status != ContractStatus.None)
        {
            return [];
        }

        if (grounds.Problem is { } problem)
        {
            return Refuse(problem.Code, problem.Reason);
        }

        if (!grounds.Seller.May(grounds.OwnerId, grounds.OwnerTeam))
        {
            return NotYours();
        }

        if ((command.Text.Value ?? grounds.Value) is not { } value)
        {
            return Refuse("contract.no-value", "Say what the contract is worth: neither a quote nor a deal says it.");
        }

        if (grounds.Value is { } agreed && agreed.Currency != value.Currency)
        {
            return OtherCurrency(agreed.Currency);
        }

        var drafted = new ContractDrafted(id, grounds.CustomerId, grounds.Matter(value), command.Text.Terms(value), grounds.Seller.Id,
            grounds.OwnerId, grounds.OwnerTeam, "", ContractDocument.Newest, command.Text.Recipient?.Of(grounds.CustomerId));
        var words = Worded(id, grounds.CustomerId, 1, command.Text);
        return [drafted with { Hash = words.Aggregate(Evolve(Initial, drafted), Evolve).Document().Hash() }, .. words];
    }

    /// <summary>The same text again adds nothing. Once somebody has signed, another text is another contract.</summary>
    public Decision Change(ChangeContract command, Seller seller)
    {
        if (Not(seller) is { } refused)
        {
            return refused;
        }

        if (Status is not (ContractStatus.Draft or ContractStatus.Submitted or ContractStatus.Approved) || !Signatures.IsEmpty)
        {
            return Refuse("contract.signed", "It is signed, at least by one, or over. Withdraw or end it, and draft another one.");
        }

        var matter = Matter! with { Value = command.Text.Value ?? Matter.Value };
        if (matter.Value.Currency != Matter.Value.Currency)
        {
            return OtherCurrency(Matter.Value.Currency);
        }

        var changed = new ContractChanged(ContractId, CustomerId, matter, Version, command.Text.Terms(Matter.Value), seller.Id, "", ContractDocument.Newest,
            command.Text.Recipient?.Of(CustomerId));
        if (Text(changed, command.Text).Hash() == Hash)
        {
            return [];
        }

        changed = changed with { Version = Version + 1 };
        return Version >= VersionsMax
            ? Refuse("contract.versions", $"A contract has at most {VersionsMax} versions. Draft another one.")
            : [changed with { Hash = Text(changed, command.Text).Hash() }, .. Worded(ContractId, CustomerId, changed.Version, command.Text)];
    }

    /// <summary>Whether somebody may be asked to approve it as it is.</summary>
    public Decision AskApproval(Seller seller) => Not(seller) ?? Status switch
    {
        ContractStatus.Draft when Terms!.Clauses.Count == 0 => Refuse("contract.no-clauses", "It has no clauses yet. Change it: write what is agreed."),
        ContractStatus.Draft or ContractStatus.Submitted or ContractStatus.Approved => [],
        _ => Over(),
    };

    // To whom it belongs already, it may be given again by anybody: that changes nothing.
    public Decision ChangeOwner(ChangeContractOwner command, Seller seller) => Status switch
    {
        ContractStatus.None => Unknown(Noun),
        _ when (command.OwnerId, command.OwnerTeam ?? OwnerTeam) == (OwnerId, OwnerTeam) => [],
        _ => Not(seller) ?? (Status is ContractStatus.Expired or ContractStatus.Terminated or ContractStatus.Withdrawn ? Over()
            : new ContractOwnerChanged(ContractId, CustomerId, Matter!, OwnerId, command.OwnerId, command.OwnerTeam, command.Reason)),
    };

    /// <summary>An approval of this text was asked for.</summary>
    public Decision Submit(string hash, string flow) =>
        Status == ContractStatus.Draft && hash == Hash ? new ContractSubmitted(ContractId, CustomerId, Matter!, Version, Hash, flow) : [];

    /// <summary>An approval ended. What is about another text than today's says nothing.</summary>
    public Decision Hear(ApprovalTarget target, Guid approvalId, string? returned) => target.Hash != Hash ? [] : Status switch
    {
        ContractStatus.Draft or ContractStatus.Submitted when returned is null => new ContractApproved(ContractId, CustomerId, Matter!, Version, Hash, approvalId),
        ContractStatus.Submitted => new ContractReturned(ContractId, CustomerId, Matter!, Version, Hash, returned!),
        _ => [],
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="seller">Who records it.</param>
    /// <param name="isApproved">Whether exactly this text is approved.</param>
    /// <param name="at">When.</param>
    public Decision Sign(SignContract command, Seller seller, bool isApproved, DateTime at)
    {
        if (Not(seller) is { } refused)
        {
            return refused;
        }

        var recorded = new ContractSignatureRecorded(ContractId, CustomerId, Matter!, Version, Hash, command.Party, command.By?.Of(CustomerId), command.Evidence);
        var after = Evolve(this, recorded);
        return Status switch
        {
            _ when command.Hash != Hash => Refuse("contract.other-text", "What was signed is another text than today's. Only the same text counts."),
            _ when Recorded.Contains(recorded) => [],
            _ when Signatures.Contains(command.Party) => Refuse("contract.signed-otherwise",
                "This party has signed, by another name or with another proof. What is recorded stays: withdraw or end the contract, and draft another one."),
            not (ContractStatus.Draft or ContractStatus.Submitted or ContractStatus.Approved) => Over(),
            _ when !isApproved => Refuse("contract.not-approved", "This text is not approved. Submit it, and have it signed when it is."),
            _ when !Terms!.Parties.Contains(command.Party) =>
                Refuse("contract.no-such-party", $"The contract names no such party. It names: {string.Join(", ", Terms.Parties)}."),
            _ when after.Signatures.Count < Terms.Parties.Count => recorded,
            _ => [recorded, new ContractSigned(ContractId, CustomerId, Matter!, Version, Hash, after.Signatures), .. StartOf(Terms.From) <= at ? [Activated()] : (Event[])[]],
        };
    }

    public Decision Withdraw(WithdrawContract command, Seller seller) => Not(seller) ?? Status switch
    {
        ContractStatus.Withdrawn => [],
        ContractStatus.Draft or ContractStatus.Submitted or ContractStatus.Approved => new ContractWithdrawn(ContractId, CustomerId, Matter!, command.Reason),
        _ => Over(),
    };

    /// <summary>It holds until a day of its term: where none is named until today, and where it has not begun until its first one.</summary>
    public Decision Terminate(TerminateContract command, Seller seller, DateTime at) => Not(seller) ?? Status switch
    {
        ContractStatus.Terminated when (command.By, command.Reason, command.LastDay ?? Ended!.LastDay) == (Ended!.By, Ended.Reason, Ended.LastDay) => [],
        ContractStatus.Terminated => Refuse("contract.ended-otherwise",
            $"It was ended by {Ended!.By.ToString().ToLowerInvariant()} for the reason '{Ended.Reason}', with {Ended.LastDay:O} as its last day. That stays."),
        ContractStatus.Signed or ContractStatus.Active when command.LastDay < Terms!.From || command.LastDay > Terms.To =>
            Refuse("contract.last-day", $"Its last day lies in its term, {Terms.From:O} to {Terms.To:O}."),
        ContractStatus.Signed or ContractStatus.Active =>
            new ContractTerminated(ContractId, CustomerId, Matter!, command.By, command.Reason, command.LastDay ?? InTerm(Day(at))),
        _ => Refuse("contract.not-in-force", "Only what is signed and not over is ended. A draft is withdrawn."),
    };

    /// <summary>When its next day comes: the first one, the one on which its owner is told of the notice, the one after the last.</summary>
    public DateTime? NextDay() => Status switch
    {
        ContractStatus.Signed => StartOf(Terms!.From),
        ContractStatus.Active when !IsNoticeTold && NoticeOn() is { } notice => StartOf(notice, -NoticeLeadDays),
        ContractStatus.Active when Terms!.To is { } to => StartOf(to, 1),
        _ => null,
    };

    /// <summary>Its next day has come.</summary>
    public Decision Pass(DateTime at) => NextDay() is not { } day || day > at ? [] : Status switch
    {
        ContractStatus.Signed => Activated(),
        _ when !IsNoticeTold && NoticeOn() is { } notice =>
            new ContractNoticeDue(ContractId, CustomerId, Matter!, notice, StartOf(notice), OwnerId, OwnerTeam),
        _ => new ContractExpired(ContractId, CustomerId, Matter!, Terms!.To!.Value),
    };

    /// <summary>This version as it is printed; its personal fields must be clear.</summary>
    public ContractDocument Document() => new(ContractId, Version, Terms!, Recipient?.Clear, Words.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value?.Clear));

    ContractDocument Text(ContractChanged changed, WrittenContract text) =>
        Worded(ContractId, CustomerId, changed.Version, text).Aggregate(Evolve(this, changed), Evolve).Document();

    static IReadOnlyList<Event> Worded(Guid id, Guid customerId, int version, WrittenContract text) =>
        [.. text.Clauses.Select(clause => new ContractClauseWorded(id, customerId, version, clause.Name, clause.Text.Of(customerId)))];

    ContractActivated Activated() => new(ContractId, CustomerId, Matter!, Terms!.From, Terms.To, NoticeOn());

    /// <summary>The last day on which a notice is in time; null for a contract without an end.</summary>
    public static DateOnly? NoticeOn(ContractTerms terms) => terms.To is { } to ? Moved(to, -terms.NoticeDays) : null;

    DateOnly? NoticeOn() => NoticeOn(Terms!);

    DateTime StartOf(DateOnly day, int moved = 0) => Zone().AtStartOfDay(LocalDate.FromDateOnly(Moved(day, moved))).ToDateTimeUtc();

    static DateOnly Moved(DateOnly day, int days) => DateOnly.FromDayNumber(Math.Clamp(day.DayNumber + days, Days.First.DayNumber, Days.Last.DayNumber));

    DateOnly InTerm(DateOnly day) => day < Terms!.From ? Terms.From : day > Terms.To ? Terms.To.Value : day;

    DateOnly Day(DateTime at) => Instant.FromDateTimeUtc(at).InZone(Zone()).Date.ToDateOnly();

    DateTimeZone Zone() => DateTimeZoneProviders.Tzdb.GetZoneOrNull(Terms!.Zone) ?? DateTimeZone.Utc;

    Decision? Not(Seller seller) => Status == ContractStatus.None ? Unknown(Noun) : seller.May(OwnerId, OwnerTeam) ? null : NotYours();

    static Decision OtherCurrency(string currency) => Refuse("contract.other-currency",
        $"What the contract is about is in {currency}, and so is its value. Draft another one for another currency.");

    static Decision NotYours() => Refuse("contract.other-owner", "Somebody else sells here. Ask him or a manager.");

    Decision Over() => Refuse("contract.not-open", $"The contract is {Status.ToString().ToLowerInvariant()}. Draft another one.");
}
