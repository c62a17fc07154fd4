using CrmSuite.Acquisition.Rosters;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Acquisition.Leads;

/// <summary>Somebody may want to buy. He is named by the id he has in the registry, by what a source calls him, or by neither: then he is new.</summary>
/// <param name="Source">The system it comes from.</param>
/// <param name="Channel">How it came.</param>
/// <param name="CustomerId">Who, by id.</param>
/// <param name="Customer">Who, by reference.</param>
/// <param name="Name">His name.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="Phone">His telephone number.</param>
/// <param name="Company">What his company is called.</param>
/// <param name="Message">What he wrote.</param>
/// <param name="Number">Its number in the source; the same number again is the same lead.</param>
/// <param name="Campaign">The campaign that it answers.</param>
/// <param name="Country">Where he is.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="Industry">What his company does.</param>
/// <param name="SizeBand">How big it is.</param>
/// <param name="BudgetBand">What he may spend.</param>
/// <param name="Products">What he asked about, as product codes.</param>
/// <param name="Force">Why it is taken although it looks like another one.</param>
/// <param name="Basis">Why the personal fields may be held, and which notice he saw.</param>
sealed record CaptureLead(
    string Source,
    string Channel,
    Guid? CustomerId = null,
    CustomerRef? Customer = null,
    PersonalData? Name = null,
    PersonalData? Email = null,
    PersonalData? Phone = null,
    PersonalData? Company = null,
    PersonalData? Message = null,
    string? Number = null,
    string? Campaign = null,
    string? Country = null,
    string? Language = null,
    string? Industry = null,
    string? SizeBand = null,
    string? BudgetBand = null,
    IReadOnlyList<string>? Products = null,
    string? Force = null,
    Basis? Basis = null) : ICommand
{
    /// <summary>The lead that source and number name.</summary>
    public static Guid IdOf(string source, string number) => Ids.Derive("lead", source, number);

    public Refusal? Invalid() => this switch
    {
        _ when !Form.IsWord(Source) || !Form.IsWord(Channel) => new("lead.source", "Source and channel are words of lower-case letters, digits and hyphens."),
        { CustomerId: not null, Customer: not null } => new("lead.customer", "Name the person by customerId or by customer, not by both."),
        { Customer: { } named } when named.Problem() is { } problem => new("lead.customer", problem),
        { Number: not null } when !Form.IsLine(Number, LeadForm.TextMax) =>
            new("lead.number", $"The number is one line of at most {LeadForm.TextMax} characters."),
        { Force: not null } when !Form.IsWord(Force) => LeadForm.Reason(Force),
        _ => LeadForm.Person(Name, Email, Phone, Company) ?? LeadForm.Fields(Campaign, Country, Language, Industry, SizeBand, BudgetBand, Products)
            ?? Basis.Invalid(),
    };
}

/// <summary>More became known of the lead; only what is named changes.</summary>
sealed record SetLeadFields(
    string? Country = null,
    string? Language = null,
    string? Industry = null,
    string? SizeBand = null,
    string? BudgetBand = null,
    IReadOnlyList<string>? Products = null) : ICommand
{
    public Refusal? Invalid() => LeadForm.Fields(null, Country, Language, Industry, SizeBand, BudgetBand, Products);
}

/// <summary>Somebody spoke with the person, or wrote to him.</summary>
sealed record ContactLead(string Channel, Guid? TaskId = null) : ICommand
{
    public Refusal? Invalid() => Form.IsWord(Channel) ? null : new("lead.channel", "The channel is a word of lower-case letters, digits and hyphens.");
}

/// <summary>He is not ready yet: somebody comes back to him on a day.</summary>
sealed record NurtureLead(DateOnly RecallOn, string Reason) : ICommand
{
    public Refusal? Invalid() => LeadForm.Reason(Reason);
}

/// <summary>The lead goes to sales: by its score, or for a reason that somebody gives.</summary>
sealed record QualifyLead(string? Reason = null) : ICommand
{
    public Refusal? Invalid() => Reason is null ? null : LeadForm.Reason(Reason);
}

/// <summary>Somebody gets the lead: whom the rule chooses, or whom a manager names, with the reason.</summary>
sealed record AssignLead(string? OwnerId = null, string? Team = null, string? Reason = null) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        { OwnerId: null, Team: null, Reason: null } => null,
        { OwnerId: null } or { Team: null } or { Reason: null } => new("lead.owner", "Name owner, team and reason together, or none of them."),
        _ => RosterForm.Place(Team, OwnerId) ?? LeadForm.Reason(Reason),
    };
}

/// <summary>Sales gives the lead back.</summary>
sealed record RejectLead(string Reason, DateOnly? RecallOn = null) : ICommand
{
    public Refusal? Invalid() => LeadForm.Reason(Reason);
}

/// <summary>The four answers that a lead needs before it is sold to.</summary>
/// <param name="Need">What he needs.</param>
/// <param name="BudgetBand">What he may spend.</param>
/// <param name="Authority">Who decides.</param>
/// <param name="Timing">When he will buy.</param>
/// <param name="Method">By which method the questions were asked.</param>
/// <param name="Basis">Why the words may be held.</param>
sealed record QualifyForSales(PersonalData Need, string BudgetBand, string Authority, string Timing, string Method = "bant", Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => 0 switch
    {
        _ when string.IsNullOrWhiteSpace(Need.Clear) => new("lead.need", "Say what he needs."),
        _ when !Form.IsWord(BudgetBand) || !Form.IsWord(Authority) || !Form.IsWord(Timing) || !Form.IsWord(Method) =>
            new("lead.answers", "Budget, authority, timing and method are words of lower-case letters, digits and hyphens."),
        _ => Basis.Invalid(),
    };
}

/// <summary>The deal that a lead becomes.</summary>
sealed record ConvertOpportunity(
    DateOnly CloseDate, OpportunityKind Kind = OpportunityKind.New, IReadOnlyList<string>? Products = null, Money? Amount = null, PersonalData? Title = null);

/// <summary>The lead becomes a customer of Sales.</summary>
/// <param name="AccountId">The account, where there is one; without it a new one is opened.</param>
/// <param name="AccountCustomerId">The customer of the new account, where the registry knows him; else the person himself, or his company, which is
/// entered.</param>
/// <param name="AccountKind">What the new account is; default an organisation where a company is known.</param>
/// <param name="AccountName">What the new account is called; default the company's, or the person's name.</param>
/// <param name="Opportunity">The deal, where there is one yet.</param>
/// <param name="Basis">Why Sales may hold the personal fields.</param>
sealed record ConvertLead(
    Guid? AccountId = null,
    Guid? AccountCustomerId = null,
    AccountKind? AccountKind = null,
    PersonalData? AccountName = null,
    ConvertOpportunity? Opportunity = null,
    Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        { AccountId: not null } when AccountCustomerId is not null || AccountKind is not null || AccountName is not null =>
            new("lead.account", "Name the account, or say what the new one is, not both."),
        { AccountName: { } name } when !Form.IsLine(name.Clear, LeadForm.NameMax) =>
            new("lead.account", $"The account's name is one line of at most {LeadForm.NameMax} characters."),
        { Opportunity.Title: { } title } when !Form.IsLine(title.Clear, LeadForm.NameMax) =>
            new("lead.title", $"The title is one line of at most {LeadForm.NameMax} characters."),
        { Opportunity.Amount: { } amount } when amount.Minor is < 0 or > Money.MinorMax || !Money.IsCurrency(amount.Currency) =>
            new("lead.amount", $"An amount is in minor units of an ISO 4217 currency, from 0 to {Money.MinorMax}."),
        _ => LeadForm.Fields(null, null, null, null, null, null, Opportunity?.Products) ?? Basis.Invalid(),
    };
}

/// <summary>Nothing will come of the lead.</summary>
sealed record DisqualifyLead(string Reason) : ICommand
{
    public Refusal? Invalid() => LeadForm.Reason(Reason);
}

/// <summary>Something may come of it after all.</summary>
sealed record RecycleLead(DateOnly After, string Reason) : ICommand
{
    public Refusal? Invalid() => LeadForm.Reason(Reason);
}
