using System.Collections.Immutable;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.Rates;
using CrmSuite.Sales.ReasonLists;
using CrmSuite.Sales.StageTables;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Opportunities;

enum OpportunityStatus { None, Open, Won, Lost, Withdrawn }

/// <summary>One chance to sell, from the first estimate until it is won or lost, and again if it was not decided after all.</summary>
sealed record Opportunity(
    Guid OpportunityId,
    OpportunityStatus Status,
    Guid AccountId,
    Guid CustomerId,
    OpportunityKind Kind,
    Money FirstAmount,
    Money Amount,
    DateOnly CloseDate,
    Guid StagesId,
    int StagesVersion,
    string Stage,
    int StageBp,
    int? OverrideBp,
    bool IsPinned,
    ForecastCategory Forecast,
    bool IsCategorised,
    string OwnerId,
    string? OwnerTeam,
    PersonalData? Title,
    PersonalData? Need,
    ImmutableList<string> Products,
    ImmutableSortedSet<string> Rivals,
    ImmutableSortedSet<string> Ticks,
    ImmutableDictionary<Guid, ContactRole> Contacts,
    int Wins,
    ImmutableList<OpportunityLine> Lines,
    ImmutableSortedDictionary<string, string> Extra) : IFold<Opportunity>
{
    /// <summary>Why an amount changes that a win settles.</summary>
    const string Agreed = "agreed";

    /// <summary>Why an amount changes that a quote says.</summary>
    const string Quoted = "quote-sent";

    /// <summary>Why an amount changes that follows the lines.</summary>
    const string ByLines = "lines";

    public static string Category => "sales.opportunity";

    public static Opportunity Initial { get; } = new(default, OpportunityStatus.None, default, default, default, default, default, default, default, 0, "", 0,
        null, false, default, false, "", null, null, null, [], [], [], ImmutableDictionary<Guid, ContactRole>.Empty, 0, [], FieldTable.Nothing);

    /// <summary>How it was won last; null where it never was.</summary>
    public OpportunityWon? LastWin { get; init; }

    /// <summary>How it was lost last; null where it never was.</summary>
    public OpportunityLost? LastLoss { get; init; }

    /// <summary>How likely it is won, in basis points: as a person said, else as the stage table says.</summary>
    public int ProbabilityBp => OverrideBp ?? StageBp;

    public static Opportunity Evolve(Opportunity state, Event fact) => fact switch
    {
        OpportunityOpened e => new(e.OpportunityId, OpportunityStatus.Open, e.AccountId, e.CustomerId, e.Kind, e.Amount, e.Amount, e.CloseDate, e.StagesId,
            e.StagesVersion, e.Stage, e.ProbabilityBp, null, false, e.Category, false, e.OwnerId, e.OwnerTeam, e.Title, null, [.. e.Products], [], [],
            ImmutableDictionary<Guid, ContactRole>.Empty, 0, [], FieldTable.Nothing),
        OpportunityStageMoved e => Unpinned(state) with
        {
            Stage = e.To,
            StagesVersion = e.StagesVersion,
            StageBp = e.ProbabilityBp,
            Forecast = state.IsCategorised ? state.Forecast : e.Category,
        },
        OpportunityAmountChanged e => state with { Amount = e.To },
        OpportunityCloseDateMoved e => state with { CloseDate = e.To },
        OpportunityCategorised e => state with { Forecast = e.To, IsCategorised = true },
        OpportunityProbabilityOverridden e => state with { OverrideBp = e.ToBp, IsPinned = e.IsPinned },
        OpportunityOwnerChanged e => state with { OwnerId = e.To, OwnerTeam = e.ToTeam },
        OpportunityLinesSet e => state with
        {
            Lines = [.. e.Lines],
            Products = state.Products.AddRange(e.Lines.Select(line => line.Product).Distinct().Except(state.Products)),
        },
        OpportunityFieldsSet e => state with { Extra = e.Fields.Aggregate(state.Extra, FieldTable.Set) },
        OpportunityContactAdded e => state with { Contacts = state.Contacts.SetItem(e.ContactId, e.Role) },
        OpportunityContactRemoved e => state with { Contacts = state.Contacts.Remove(e.ContactId) },
        OpportunityNeedRecorded e => state with
        {
            Need = e.Need,
            Products = e.Product is null || state.Products.Contains(e.Product) ? state.Products : state.Products.Add(e.Product),
        },
        OpportunityCompetitorNamed e => state with { Rivals = state.Rivals.Add(e.Rival) },
        OpportunityCriterionTicked e => state with { Ticks = e.IsMet ? state.Ticks.Add(e.Criterion) : state.Ticks.Remove(e.Criterion) },
        OpportunityWon e => state with { Status = OpportunityStatus.Won, Amount = e.Value, Wins = e.Win, LastWin = e },
        OpportunityLost e => state with { Status = OpportunityStatus.Lost, LastLoss = e },
        OpportunityWithdrawn => state with { Status = OpportunityStatus.Withdrawn },
        OpportunityReopened e => state with
        {
            Status = OpportunityStatus.Open,
            Stage = e.Stage,
            StagesVersion = e.StagesVersion,
            StageBp = e.ProbabilityBp,
            OverrideBp = null,
            IsPinned = false,
            Forecast = e.Category,
            IsCategorised = false,
            Amount = e.Amount,
            CloseDate = e.CloseDate,
            OwnerId = e.OwnerId,
            OwnerTeam = e.OwnerTeam,
        },
        _ => state,
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="id">The deal's id.</param>
    /// <param name="account">To whom.</param>
    /// <param name="grounds">What the decision rests on.</param>
    /// <param name="at">When.</param>
    /// <param name="isImported">Whether it comes from elsewhere, where it may stand at any stage, and lack what is asked for here.</param>
    public Decision Open(OpenOpportunity command, Guid id, Account account, Grounds grounds, DateTime at, bool isImported = false)
    {
        var first = grounds.Stages.Stages.FirstOrDefault();
        var stage = command.Stage is null ? first : grounds.Stages.Find(command.Stage);
        var ownerId = command.OwnerId ?? grounds.Seller.Id;
        return Status switch
        {
            not OpportunityStatus.None => (command.AccountId, command.Kind, command.Amount) == (AccountId, Kind, FirstAmount)
                ? [] : Refuse("opportunity.other", "This opportunity was opened before for another account, kind or amount."),
            _ when account.Status == AccountStatus.None => Unknown("account"),
            _ when account.Status == AccountStatus.Closed => Refuse("account.closed", "The account is closed. Reopen it first."),
            _ when first is null => Refuse("stages.unknown",
                $"There is no stage table '{command.Stages}'. Name one that is published: they are listed under stages."),
            _ when stage is null => NoSuchStage(command.Stage!, grounds),
            _ when !isImported && stage != first && (first.MaySkip ? grounds.Stages.Skipped(first, stage) : first) is { } skipped => StageSkipped(skipped),
            _ when Wrong(command.Fields ?? [], grounds.Fields) is { } wrong => wrong,
            _ when !isImported && Lacking(stage, grounds, (command.Fields ?? []).Aggregate(FieldTable.Nothing, FieldTable.Set)) is { Count: > 0 } lacking
                => FieldMissing(lacking),
            _ => Opened(new OpportunityOpened(id, account.AccountId, account.CustomerId, command.Kind, command.Amount, command.CloseDate,
                grounds.Stages.StagesId,
                grounds.Stages.Version,
                stage.Name, stage.ProbabilityBp, stage.Category, ownerId, command.OwnerTeam ?? (ownerId == grounds.Seller.Id ? grounds.Seller.Team : null),
                    command.Products ?? [],
                grounds.RateId(command.Amount, at), command.LeadId, command.Source, command.Number, command.Title?.Of(account.CustomerId)), command.Fields),
        };
    }

    public Decision Move(MoveStage command, Grounds grounds, DateTime at)
    {
        if (NotOpen(grounds.Seller) is { } refused)
        {
            return refused;
        }

        var (from, to) = (grounds.Stages.Find(Stage), grounds.Stages.Find(command.Stage));
        if (from is null || to is null)
        {
            return NoSuchStage(command.Stage, grounds);
        }

        var isBack = grounds.Stages.IsBack(from, to);
        var isAsked = from != to && !isBack;
        return Stage switch
        {
            _ when Stage == to.Name => [],
            _ when isBack && !to.MayReturn => Refuse("opportunity.no-way-back", $"The stage table lets no deal come back to '{to.Name}'."),
            _ when isAsked && grounds.Stages.Skipped(from, to) is { } skipped => StageSkipped(skipped),
            _ when isAsked && Missing(from, grounds, at) is { Count: > 0 } missing => CriterionMissing(from, missing),
            _ when isAsked && Lacking(to, grounds, Extra) is { Count: > 0 } lacking => FieldMissing(lacking),
            _ => new OpportunityStageMoved(OpportunityId, CustomerId, Stage, to.Name, grounds.Stages.Version, to.ProbabilityBp, to.Category,
                isAsked ? [.. (from.Exit ?? []).Select(criterion => criterion.Name)] : []),
        };
    }

    public Decision ChangeAmount(ChangeAmount command, Grounds grounds, DateTime at) => NotOpen(grounds.Seller) ?? command.Amount switch
    {
        { Currency: var currency } when currency != Amount.Currency => OtherCurrency(),
        var same when same == Amount => [],
        var amount => new OpportunityAmountChanged(OpportunityId, CustomerId, Amount, amount, command.Reason, grounds.RateId(amount, at)),
    };

    /// <summary>Its primary quote was sent. A deal that has ended, or is in another currency, is worth what it was.</summary>
    /// <param name="net">What the quote says, net of tax.</param>
    /// <param name="rateId">The exchange rate of the day on which it was sent.</param>
    public Decision Follow(Money net, Guid? rateId) => Status != OpportunityStatus.Open || net.Currency != Amount.Currency || net == Amount
        ? [] : new OpportunityAmountChanged(OpportunityId, CustomerId, Amount, net, Quoted, rateId);

    /// <summary>The amount follows the lines: where they are worth another one, that is told by an event of its own.</summary>
    public Decision SetLines(SetLines command, Grounds grounds, DateTime at)
    {
        var amount = command.Lines.Count == 0 ? Amount : new Money(command.Worth(), Amount.Currency);
        var set = new OpportunityLinesSet(OpportunityId, CustomerId, command.Lines);
        return NotOpen(grounds.Seller) ?? command.Lines switch
        {
            var lines when lines.Any(line => line.Price.Currency != Amount.Currency) => OtherCurrency(),
            var lines when lines.SequenceEqual(Lines) => [],
            _ when amount == Amount => set,
            _ => [set, new OpportunityAmountChanged(OpportunityId, CustomerId, Amount, amount, ByLines, grounds.RateId(amount, at))],
        };
    }

    public Decision SetFields(SetFields command, Grounds grounds)
    {
        var changed = command.Fields.Where(field => Extra.GetValueOrDefault(field.Key) != field.Value).ToList();
        return NotOpen(grounds.Seller) ?? (Wrong(command.Fields, grounds.Fields) is { } wrong ? wrong
            : changed.Count == 0 ? []
            : new OpportunityFieldsSet(OpportunityId, CustomerId, changed));
    }

    public Decision MoveCloseDate(MoveCloseDate command, Seller seller) => NotOpen(seller)
        ?? (command.CloseDate == CloseDate ? [] : new OpportunityCloseDateMoved(OpportunityId, CustomerId, CloseDate, command.CloseDate, command.Reason));

    public Decision Categorise(Categorise command, Seller seller) => NotOpen(seller)
        ?? (command.Category == Forecast && IsCategorised ? [] : new OpportunityCategorised(OpportunityId, CustomerId, Forecast, command.Category));

    public Decision Override(OverrideProbability command, Seller seller) => NotOpen(seller)
        ?? ((command.ProbabilityBp, command.IsPinned) == (OverrideBp, IsPinned)
            ? []
            : new OpportunityProbabilityOverridden(OpportunityId, CustomerId, ProbabilityBp, command.ProbabilityBp, command.IsPinned, command.Reason));

    // To whom it belongs already, it may be given again by anybody: that changes nothing.
    public Decision ChangeOwner(ChangeOpportunityOwner command, Seller seller) => Status switch
    {
        OpportunityStatus.None => Unknown("opportunity"),
        _ when (command.OwnerId, command.OwnerTeam ?? OwnerTeam) == (OwnerId, OwnerTeam) => [],
        _ => NotOpen(seller) ?? new OpportunityOwnerChanged(OpportunityId, CustomerId, OwnerId, OwnerTeam, command.OwnerId, command.OwnerTeam, command.Reason),
    };

    public Decision AddContact(AddOpportunityContact command, Contact contact, Seller seller) => NotOpen(seller)
        ?? (!contact.IsKnown ? Unknown("contact")
            : Contacts.TryGetValue(command.ContactId, out var role) && role == command.Role ? []
            : new OpportunityContactAdded(OpportunityId, CustomerId, command.ContactId, command.Role));

    public Decision RemoveContact(Guid contactId, Seller seller) => NotOpen(seller)
        ?? (Contacts.ContainsKey(contactId) ? new OpportunityContactRemoved(OpportunityId, CustomerId, contactId) : []);

    public Decision RecordNeed(RecordNeed command, Seller seller) => NotOpen(seller)
        ?? (command.Need.Of(CustomerId) is var need && need == Need && (command.Product is null || Products.Contains(command.Product))
            ? []
            : new OpportunityNeedRecorded(OpportunityId, CustomerId, need, command.Product));

    public Decision NameRival(NameRival command, Seller seller) => NotOpen(seller)
        ?? (Rivals.Contains(command.Rival) ? [] : new OpportunityCompetitorNamed(OpportunityId, CustomerId, command.Rival));

    public Decision Tick(TickCriterion command, Grounds grounds) => NotOpen(grounds.Seller)
        ?? (Ticks.Contains(command.Criterion) == command.IsMet ? []
            : !grounds.Stages.Stages.Any(stage =>
                stage.Exit?.Any(criterion => criterion is { Kind: CriterionKind.Tick } && criterion.Name == command.Criterion) is true)
                ? Refuse("opportunity.no-such-criterion", "The stage table has no criterion of this name that a person ticks.")
            : new OpportunityCriterionTicked(OpportunityId, CustomerId, command.Criterion, command.IsMet));

    /// <summary>
    /// A win at another value than the one hoped for says so first; an accepted quote says the value itself. It passes over no stage and leaves no criterion
    /// behind.
    /// </summary>
    /// <param name="command">What was asked for.</param>
    /// <param name="grounds">What the decision rests on.</param>
    /// <param name="at">When.</param>
    /// <param name="quote">The quote that is named as evidence, where one is.</param>
    /// <param name="unproven">Why the contract that is named proves nothing; null where it does, or none is named.</param>
    public Decision Win(WinOpportunity command, Grounds grounds, DateTime at, Quote? quote = null, Refusal? unproven = null)
    {
        var accepted = quote?.AcceptedFor(OpportunityId, command.Evidence.Version);
        var value = command.Value ?? accepted?.Net ?? Amount;
        var won = new OpportunityWon(OpportunityId, AccountId, CustomerId, Wins + 1, value,
            command.Total ?? (command.Value is null ? accepted?.Gross : null) ?? value, command.Evidence, OwnerId, OwnerTeam, grounds.RateId(value, at));
        if (Status == OpportunityStatus.Won && (won.Value, won.Total, won.Evidence) == (LastWin!.Value, LastWin.Total, LastWin.Evidence))
        {
            return [];
        }

        var stage = grounds.Stages.Find(Stage);
        return NotOpen(grounds.Seller) ?? value switch
        {
            _ when value.Currency != Amount.Currency || won.Total.Currency != Amount.Currency => OtherCurrency(),
            { Minor: 0 } => Refuse("opportunity.no-value", "Agree on a value before you win."),
            _ when !Amounts.IsAmount(value) => Refuse(OpportunityForm.Amount.Code, OpportunityForm.Amount.Reason),
            _ when won.Total.Minor < value.Minor =>
                Refuse("opportunity.total", "What he will owe, tax included, is not less than the value net of tax. Say both, or leave the total out."),
            _ when !grounds.Stages.Evidence.Contains(command.Evidence.Kind) =>
                Refuse("opportunity.evidence",
                    "The stage table asks for other evidence of a win: "
                    + $"{string.Join(", ", grounds.Stages.Evidence.Select(kind => JsonNamingPolicy.KebabCaseLower.ConvertName($"{kind}")))}."),
            _ when command.Evidence.Kind == EvidenceKind.Quote && accepted is null => Refuse("opportunity.evidence-unknown",
                "The evidence is no quote of this opportunity that was accepted in this version. Record the acceptance of the quote first."),
            _ when unproven is not null => Refuse(unproven.Code, unproven.Reason),
            _ when stage is not null && grounds.Stages.Skipped(stage, null) is { } skipped => StageSkipped(skipped),
            _ when stage is not null && Missing(stage, grounds, at) is { Count: > 0 } missing => CriterionMissing(stage, missing),
            _ when Lacking(null, grounds, Extra) is { Count: > 0 } lacking => FieldMissing(lacking),
            _ when grounds.IsUnrated(value, at) => Rate.Missing(value.Currency, grounds.Books),
            _ when value == Amount => won,
            _ => [new OpportunityAmountChanged(OpportunityId, CustomerId, Amount, value, Agreed, won.RateId), won],
        };
    }

    /// <param name="command">What was asked for.</param>
    /// <param name="seller">Who asks.</param>
    /// <param name="reasons">The reasons that may be given; null for any.</param>
    public Decision Lose(LoseOpportunity command, Seller seller, ReasonList? reasons = null) =>
        Status == OpportunityStatus.Lost
            && (command.Reason, command.Rival, command.Words?.Of(CustomerId)) == (LastLoss!.Reason, LastLoss.Rival, LastLoss.Words) ? []
        : NotOpen(seller) is { } refused ? refused
        : reasons?.Has(command.Reason) is false
            ? Refuse("opportunity.no-such-reason", $"Deals are lost for one of these reasons: {string.Join(", ", reasons.Reasons)}.")
        : new OpportunityLost(OpportunityId, CustomerId, command.Reason, command.Rival, command.Words?.Of(CustomerId));

    public Decision Withdraw(WithdrawOpportunity command, Seller seller) => Status == OpportunityStatus.Withdrawn ? []
        : NotOpen(seller) ?? new OpportunityWithdrawn(OpportunityId, CustomerId, command.Reason);

    /// <param name="command">What was asked for.</param>
    /// <param name="grounds">What the decision rests on.</param>
    /// <param name="order">The order of the last win, where there was one; it is cancelled.</param>
    /// <param name="at">When.</param>
    public Decision Reopen(ReopenOpportunity command, Grounds grounds, Order order, DateTime at)
    {
        var (stage, amount) = (grounds.Stages.Find(command.Stage ?? Stage), command.Amount ?? Amount);
        return Status switch
        {
            OpportunityStatus.None => Unknown("opportunity"),
            OpportunityStatus.Open => [],
            _ when !grounds.Seller.May(OwnerId, OwnerTeam) => NotYours(),
            _ when stage is null => NoSuchStage(command.Stage ?? Stage, grounds),
            _ when amount.Currency != Amount.Currency => OtherCurrency(),
            OpportunityStatus.Won when order.Status is OrderStatus.Paid or OrderStatus.Returned || order.Received.Minor > 0 =>
                Refuse("opportunity.order-paid", "The order is paid, at least in part. Book a return and open a new opportunity."),
            _ => new OpportunityReopened(OpportunityId, CustomerId, Wins, command.Reason, stage.Name, grounds.Stages.Version, stage.ProbabilityBp,
                stage.Category, amount,
                command.CloseDate ?? CloseDate, command.OwnerId ?? OwnerId, command.OwnerId is null ? OwnerTeam : command.OwnerTeam,
                    grounds.RateId(amount, at)),
        };
    }

    /// <summary>A move ends what a person said of the probability, unless he pinned it.</summary>
    static Opportunity Unpinned(Opportunity state) => state.IsPinned ? state : state with { OverrideBp = null };

    IReadOnlyList<ExitCriterion> Missing(SalesStage stage, Grounds grounds, DateTime at)
    {
        var (ready, today) = (Ready(), grounds.Books.Day(at));
        return [.. (stage.Exit ?? []).Where(criterion => !Criteria.IsMet(criterion, ready, grounds.Proofs ?? Proofs.None, today))];
    }

    Readiness Ready() => new(
        [
            .. Need is null ? [] : (string[])["need"],
            .. Products.IsEmpty ? [] : (string[])["products"],
            .. Rivals.IsEmpty ? [] : (string[])["rival"],
            .. Title is null ? [] : (string[])["title"],
            .. Extra.Keys,
        ],
        [.. Contacts.Values], Amount.Minor, CloseDate, Ticks);

    static Decision Opened(OpportunityOpened opened, IReadOnlyList<FieldValue>? fields) => fields is null
        ? opened
        : [opened, new OpportunityFieldsSet(opened.OpportunityId, opened.CustomerId, fields)];

    static Decision? Wrong(IReadOnlyList<FieldValue> values, FieldTable? fields) =>
        (fields ?? FieldTable.Initial).Wrong(FieldTable.Opportunity, values) is { } refusal
            ? Refuse(refusal.Code, refusal.Reason)
            : null;

    static IReadOnlyList<ExtraField> Lacking(SalesStage? stage, Grounds grounds, ImmutableSortedDictionary<string, string> extra) =>
        [.. (grounds.Fields ?? FieldTable.Initial).Required(grounds.Stages, stage).Where(field => !extra.ContainsKey(field.Key))];

    static Decision FieldMissing(IReadOnlyList<ExtraField> lacking) =>
        Refuse("opportunity.field-missing", $"Fill in before: {string.Join(", ", lacking.Select(field => field.Key))}.");

    Decision? NotOpen(Seller seller) => Status switch
    {
        OpportunityStatus.None => Unknown("opportunity"),
        OpportunityStatus.Open => seller.May(OwnerId, OwnerTeam) ? null : NotYours(),
        _ => Refuse("opportunity.not-open", $"The opportunity is {Status.ToString().ToLowerInvariant()}. Reopen it first."),
    };

    Decision OtherCurrency() => Refuse("opportunity.other-currency",
        $"The opportunity is in {Amount.Currency} and stays so. Open another one for another currency.");

    static Decision NotYours() => Refuse("opportunity.other-owner", "Somebody else sells here. Ask him or a manager.");

    static Decision StageSkipped(SalesStage skipped) =>
        Refuse("opportunity.stage-skipped", $"The stage table lets no deal pass over '{skipped.Name}'. Move it there first.");

    static Decision CriterionMissing(SalesStage stage, IReadOnlyList<ExitCriterion> missing) =>
        Refuse("opportunity.criterion-missing", $"Before the deal leaves '{stage.Name}': {string.Join("; ", missing.Select(Criteria.Advice))}.");

    static Decision NoSuchStage(string stage, Grounds grounds) =>
        Refuse("opportunity.no-such-stage",
            $"The stage table has no stage '{stage}'. Its stages are: {string.Join(", ", grounds.Stages.Stages.Select(known => known.Name))}.");
}
