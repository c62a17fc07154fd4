using System.Collections.Immutable;
using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.ScoreTables;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Acquisition.Leads;

enum LeadStatus { None, New, Contacted, Nurturing, Mql, Accepted, Sql, Converted, Disqualified, Recycled }

/// <summary>Somebody who may buy, from the first word until Sales has him as a customer or nothing comes of it. Who has the lead is no state of it.</summary>
sealed record Lead(
    Guid LeadId,
    LeadStatus Status,
    Guid CustomerId,
    string Source,
    string Channel,
    string? Campaign,
    string? Country,
    string? Language,
    string? Industry,
    string? SizeBand,
    string? BudgetBand,
    ImmutableList<string> Products,
    PersonalData? Name,
    PersonalData? Email,
    PersonalData? Phone,
    PersonalData? Company,
    PersonalData? Message,
    PersonalData? Need,
    ImmutableSortedSet<Guid> Contacts,
    int ScoresVersion,
    int Score,
    string? Reason,
    DateOnly? RecallOn,
    string? OwnerId,
    string? OwnerTeam,
    DateTime? DueAt,
    string? Authority,
    string? Timing,
    Guid? AccountId,
    Guid? OpportunityId,
    ImmutableList<FactorPoints> TopFactors) : IFold<Lead>
{
    public static string Category => "acquisition.lead";

    public static Lead Initial { get; } = new(default, LeadStatus.None, default, "", "", null, null, null, null, null, null, [], null, null, null, null, null,
        null, [], 0, 0, null, null, null, null, null, null, null, null, null, []);

    /// <summary>Whether something may still come of it.</summary>
    public bool IsOpen => Status is not (LeadStatus.None or LeadStatus.Converted or LeadStatus.Disqualified);

    public static Lead Evolve(Lead state, Event fact) => fact switch
    {
        LeadCaptured e => state with
        {
            LeadId = e.LeadId,
            Status = LeadStatus.New,
            CustomerId = e.CustomerId,
            Source = e.Source,
            Channel = e.Channel,
            Campaign = e.Campaign,
            Country = e.Country,
            Language = e.Language,
            Industry = e.Industry,
            SizeBand = e.SizeBand,
            BudgetBand = e.BudgetBand,
            Products = [.. e.Products],
            Name = e.Name,
            Email = e.Email,
            Phone = e.Phone,
            Company = e.Company,
            Message = e.Message,
        },
        LeadFieldsSet e => state with
        {
            Country = e.Country ?? state.Country,
            Language = e.Language ?? state.Language,
            Industry = e.Industry ?? state.Industry,
            SizeBand = e.SizeBand ?? state.SizeBand,
            BudgetBand = e.BudgetBand ?? state.BudgetBand,
            Products = e.Products is null ? state.Products : [.. e.Products],
        },
        LeadScored e => state with { ScoresVersion = e.ScoresVersion, Score = e.Score, TopFactors = [.. e.TopFactors] },
        LeadContacted e => state with
        {
            Contacts = state.Contacts.Add(e.ContactId),
            Status = state.Status is LeadStatus.New ? LeadStatus.Contacted
            : state.Status
        },
        LeadNurtureStarted e => Free(state) with { Status = LeadStatus.Nurturing, Reason = e.Reason, RecallOn = e.RecallOn },
        LeadMarketingQualified e => state with { Status = LeadStatus.Mql, Reason = e.Reason, RecallOn = null, DueAt = e.DueAt },
        LeadAssigned e => state with { OwnerId = e.OwnerId, OwnerTeam = e.OwnerTeam, DueAt = state.Status is LeadStatus.Mql ? e.DueAt : null },
        LeadHandoverOverdue => state with { DueAt = null },
        LeadAcceptedBySales => state with { Status = LeadStatus.Accepted, DueAt = null },
        LeadRejectedBySales e => Free(state) with { Status = LeadStatus.Nurturing, Reason = e.Reason, RecallOn = e.RecallOn },
        LeadSalesQualified e => state with
        {
            Status = LeadStatus.Sql,
            Need = e.Need,
            BudgetBand = e.BudgetBand,
            Authority = e.Authority,
            Timing = e.Timing,
        },
        LeadConverted e => Free(state) with { Status = LeadStatus.Converted, AccountId = e.AccountId, OpportunityId = e.Opportunity?.OpportunityId },
        LeadDisqualified e => Free(state) with { Status = LeadStatus.Disqualified, Reason = e.Reason },
        LeadRecycled e => state with { Status = LeadStatus.Recycled, Reason = e.Reason, RecallOn = e.After },
        _ => state,
    };

    /// <summary>Whether it is as a published definition asks.</summary>
    public bool Meets(LeadCondition condition) => Words(condition.Field)
        .Count(word => condition.AnyOf is null || condition.AnyOf.Contains(word, StringComparer.OrdinalIgnoreCase)) >= condition.AtLeast;

    /// <param name="command">What was asked for.</param>
    /// <param name="id">The lead's id.</param>
    /// <param name="customerId">The person's id.</param>
    /// <param name="alike">The open leads that look like it.</param>
    /// <param name="scores">What leads are worth.</param>
    public Decision Capture(CaptureLead command, Guid id, Guid customerId, IReadOnlyList<LeadBoard.Candidate> alike, ScoreTable scores)
    {
        PersonalData? Of(PersonalData? field) => field?.Of(customerId);

        return Status switch
        {
            LeadStatus.None when command.Force is null && alike.Count > 0 => Refuse("lead.duplicate",
                "There is an open lead of this person already. Work that one, or name in 'force' why this is another one.", "candidates", alike),
            LeadStatus.None => Scored(scores, new LeadCaptured(id, customerId, command.Source, command.Channel, command.Products ?? [], command.Number,
                command.Campaign, command.Basis?.NoticeVersion, command.Country, command.Language, command.Industry, command.SizeBand, command.BudgetBand,
                command.Force, Of(command.Name), Of(command.Email), Of(command.Phone), Of(command.Company), Of(command.Message))),
            _ when (customerId, command.Source, command.Channel, command.Campaign) != (CustomerId, Source, Channel, Campaign) => Refuse("lead.other",
                "A lead of this number was captured before, of another person, by another channel or for another campaign. Give this one a number of its own."),
            _ when Differs(command.Name, Name) || Differs(command.Email, Email) || Differs(command.Phone, Phone) || Differs(command.Company, Company)
                || Differs(command.Message, Message) => Refuse("lead.other",
                "A lead of this number was captured before, with another name, address, number, company or message. Give this one a number of its own."),
            _ => [],
        };
    }

    public Decision SetFields(SetLeadFields command, LeadWorker worker, ScoreTable scores)
    {
        var set = new LeadFieldsSet(LeadId, CustomerId, Changed(command.Country, Country), Changed(command.Language, Language),
            Changed(command.Industry, Industry), Changed(command.SizeBand, SizeBand), Changed(command.BudgetBand, BudgetBand),
            command.Products is null || command.Products.SequenceEqual(Products) ? null : command.Products);
        return NotOpen(worker) ?? (set == new LeadFieldsSet(LeadId, CustomerId) ? [] : Scored(scores, set));
    }

    /// <summary>Asks the score table once more, for example in a new version.</summary>
    public Decision ScoreAgain(LeadWorker worker, ScoreTable scores) => scores.Version == 0 ? Unknown<ScoreTable>() : NotOpen(worker) ?? Scored(scores);

    public Decision Contact(ContactLead command, Guid contactId, LeadWorker worker, ScoreTable scores) => Contacts.Contains(contactId) ? []
        : NotOpen(worker) ?? Scored(scores, new LeadContacted(LeadId, CustomerId, contactId, worker.Id, command.Channel, command.TaskId));

    public Decision Nurture(NurtureLead command, LeadWorker worker, DateTime at) => Status switch
    {
        LeadStatus.Nurturing when (command.RecallOn, command.Reason) == (RecallOn, Reason) => [],
        LeadStatus.Sql => Refuse("lead.qualified", "Sales has qualified the lead. Convert or disqualify it."),
        _ => NotOpen(worker) ?? LeadForm.Past(command.RecallOn, at) ?? new LeadNurtureStarted(LeadId, CustomerId, command.Reason, command.RecallOn),
    };

    /// <summary>The lead goes to sales, and at once to whom the rule chooses, where somebody is idle.</summary>
    /// <param name="command">What was asked for.</param>
    /// <param name="scores">What leads are worth, and from when on sales gets them.</param>
    /// <param name="choice">Who gets it.</param>
    /// <param name="at">When.</param>
    public Decision Qualify(QualifyLead command, ScoreTable scores, Assignment choice, DateTime at)
    {
        var qualified = new LeadMarketingQualified(LeadId, CustomerId, scores.Threshold, Score, choice.Rule.DueAt(at), command.Reason);
        return Status switch
        {
            LeadStatus.None => Unknown("lead"),
            LeadStatus.Mql => [],
            not (LeadStatus.New or LeadStatus.Contacted or LeadStatus.Nurturing) =>
                Refuse("lead.not-marketing", $"The lead is {Word(Status)}. Only one that is new, contacted or nurtured is handed over."),
            _ when scores.Version == 0 => Refuse("lead.no-scores", "No score table is published. Operations publish one at scores/standard."),
            _ when choice.Rule.Version == 0 => Refuse(Assignment.NoRule.Code, Assignment.NoRule.Reason),
            _ when command.Reason is null && Score < scores.Threshold => Refuse("lead.score-low",
                $"The lead's score is {Score}; sales gets leads from {scores.Threshold} on. Name a reason to hand it over all the same."),
            _ => choice.Refusal is null ? [qualified, choice.Of(this, at)] : qualified,
        };
    }

    /// <param name="choice">Who gets it, and who could have got it.</param>
    /// <param name="worker">Who asks.</param>
    /// <param name="at">When.</param>
    public Decision Assign(Assignment choice, LeadWorker worker, DateTime at) => Status switch
    {
        LeadStatus.None => Unknown("lead"),
        not (LeadStatus.Mql or LeadStatus.Accepted or LeadStatus.Sql) =>
            Refuse("lead.not-handed-over", $"The lead is {Word(Status)}. Hand it over to sales first."),
        _ when OwnerId is not null && (choice.OwnerId, choice.Roster.Team) == (OwnerId, OwnerTeam) => [],
        _ when choice.Reason is not null && !(worker.Leads(choice.Roster.Team) && worker.May(OwnerId, OwnerTeam)) =>
            Refuse("lead.other-owner", "Only who leads the team says who of it gets a lead. Let the rule choose."),
        _ when OwnerId is not null && choice.Reason is null =>
            Refuse("lead.assigned", "Somebody has the lead already. A manager may give it to another one, with a reason."),
        _ when choice.Refusal is { } refusal => Refuse(refusal.Code, refusal.Reason),
        _ => choice.Of(this, at),
    };

    /// <summary>Only who has the lead accepts it, or whoever leads him.</summary>
    public Decision Accept(LeadWorker worker) => Status is LeadStatus.Accepted && worker.May(OwnerId, OwnerTeam) ? []
        : NotHandedOver(worker) ?? new LeadAcceptedBySales(LeadId, CustomerId, worker.Id, OwnerId!, OwnerTeam);

    public Decision Reject(RejectLead command, LeadWorker worker, DateTime at) =>
        NotHandedOver(worker) ?? LeadForm.Past(command.RecallOn, at)
            ?? new LeadRejectedBySales(LeadId, CustomerId, worker.Id, OwnerId!, OwnerTeam, command.Reason, command.RecallOn);

    /// <summary>The hand-over time has passed.</summary>
    public Decision Overdue() => Status is LeadStatus.Mql && DueAt is { } due ? new LeadHandoverOverdue(LeadId, CustomerId, due, OwnerId, OwnerTeam) : [];

    public Decision QualifyForSales(QualifyForSales command, LeadWorker worker)
    {
        var need = command.Need.Of(CustomerId);
        return Status switch
        {
            LeadStatus.Sql when (need, command.BudgetBand, command.Authority, command.Timing) == (Need, BudgetBand, Authority, Timing) => [],
            LeadStatus.Accepted or LeadStatus.None => NotOpen(worker) ?? new LeadSalesQualified(LeadId, CustomerId, OwnerId!, OwnerTeam, command.BudgetBand,
                command.Authority, command.Timing, command.Method, need),
            _ => Refuse("lead.not-accepted", $"The lead is {Word(Status)}. Sales accepts it first, and qualifies it once."),
        };
    }

    /// <summary>Once. What Sales needs to know of the person goes with it.</summary>
    public Decision Convert(ConvertLead command, LeadWorker worker)
    {
        switch (Status)
        {
            case LeadStatus.Converted:
                return Refuse("lead.converted", $"The lead is converted already, to the account {AccountId}. Go on there.");
            case not (LeadStatus.None or LeadStatus.Sql):
                return Refuse("lead.not-qualified", $"The lead is {Word(Status)}. Sales qualifies it before it is converted.");
        }

        var kind = command.AccountKind ?? (Company is null && command.AccountName is null ? AccountKind.Person : AccountKind.Organisation);
        var (isNew, customer) = (command.AccountId is null, command.AccountCustomerId ?? (kind is AccountKind.Person ? CustomerId : OrganisationOf(LeadId)));
        var name = command.AccountName ?? Fresh(kind is AccountKind.Person ? Name : Company);
        return NotOpen(worker) ?? new LeadConverted(LeadId, CustomerId, OwnerId!, OwnerTeam, command.AccountId ?? AccountOf(LeadId), isNew ? customer : null,
            kind,
            CustomerId, Country, Language, Industry, SizeBand,
            command.Opportunity is { } deal ? new(Ids.Derive("opportunity", LeadId), deal.Kind, deal.CloseDate, deal.Products ?? Products, deal.Amount) : null,
            command.Opportunity?.Title?.Of(CustomerId), isNew ? name?.Of(customer) : null, Fresh(Name)?.Of(CustomerId), Fresh(Email)?.Of(CustomerId),
            Fresh(Phone)?.Of(CustomerId));
    }

    public Decision Disqualify(DisqualifyLead command, LeadWorker worker) => Status is LeadStatus.Disqualified ? []
        : NotOpen(worker) ?? new LeadDisqualified(LeadId, CustomerId, command.Reason);

    public Decision Recycle(RecycleLead command, DateTime at) => Status switch
    {
        LeadStatus.None => Unknown("lead"),
        LeadStatus.Recycled => [],
        LeadStatus.Disqualified => LeadForm.Past(command.After, at) ?? new LeadRecycled(LeadId, CustomerId, command.Reason, command.After),
        _ => Refuse("lead.not-disqualified", $"The lead is {Word(Status)}. Only a disqualified one is taken up again."),
    };

    /// <summary>The new account of a lead.</summary>
    public static Guid AccountOf(Guid leadId) => Ids.Derive("account", leadId);

    /// <summary>The company of a lead, where the registry does not know it yet.</summary>
    public static Guid OrganisationOf(Guid leadId) => Ids.Derive("lead-organisation", leadId);

    /// <summary>A field as it was opened, to be sealed anew: sealed bytes belong to the event they came with.</summary>
    public static PersonalData? Fresh(PersonalData? field) => field?.Clear is { } clear ? PersonalData.From(clear) : null;

    /// <summary>Nobody has it, and nothing is waited for.</summary>
    static Lead Free(Lead state) => state with { OwnerId = null, OwnerTeam = null, DueAt = null, RecallOn = null };

    /// <summary>These facts, and the score where they change it.</summary>
    Decision Scored(ScoreTable scores, params Event[] facts)
    {
        var after = facts.Aggregate(this, Evolve);
        var (score, top) = scores.Score(after);
        return scores.Version == 0 || (score, scores.Version) == (after.Score, after.ScoresVersion)
            ? [.. facts]
            : [.. facts, new LeadScored(after.LeadId, after.CustomerId, scores.ScoresId, scores.Version, score, top)];
    }

    IEnumerable<string> Words(LeadField field) => field switch
    {
        LeadField.Channel => [Channel],
        LeadField.Source => [Source],
        LeadField.Campaign => Known(Campaign),
        LeadField.Country => Known(Country),
        LeadField.Language => Known(Language),
        LeadField.Industry => Known(Industry),
        LeadField.SizeBand => Known(SizeBand),
        LeadField.BudgetBand => Known(BudgetBand),
        LeadField.Products => Products,
        LeadField.Email => Known(Email),
        LeadField.Phone => Known(Phone),
        LeadField.Company => Known(Company),
        LeadField.Message => Known(Message),
        _ => Contacts.Select(_ => "made"),
    };

    static string[] Known(string? word) => word is null ? [] : [word];

    static string[] Known(PersonalData? field) => field is null ? [] : ["known"];

    Decision? NotOpen(LeadWorker worker) => Status switch
    {
        LeadStatus.None => Unknown("lead"),
        _ when !IsOpen => Refuse("lead.not-open", $"The lead is {Word(Status)}."),
        _ when !worker.May(OwnerId, OwnerTeam) => Refuse("lead.other-owner", "Somebody else has this lead. Ask him or a manager."),
        _ => null,
    };

    Decision? NotHandedOver(LeadWorker worker) => NotOpen(worker)
        ?? (Status != LeadStatus.Mql ? Refuse("lead.not-handed-over", $"The lead is {Word(Status)}. Only one that is handed over is accepted or rejected.")
            : OwnerId is null ? Refuse("lead.unassigned", "Nobody has the lead yet. Assign it first.")
            : null);

    static string Word(LeadStatus status) => status switch
    {
        LeadStatus.Mql => "handed over to sales",
        LeadStatus.Sql => "qualified by sales",
        LeadStatus.Nurturing => "nurtured",
        _ => status.ToString().ToLowerInvariant(),
    };

    static string? Changed(string? said, string? known) => said == known ? null : said;

    /// <summary>Whether something else is said; of sealed bytes nobody knows.</summary>
    bool Differs(PersonalData? said, PersonalData? known) => known is not { Clear: null } && said is not null && said.Of(CustomerId) != known;
}
