using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Contracts.Sales;
using CrmSuite.Links;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("sales");
builder.AddDepartment("sales", sales => sales
    .Noun<Customer>().When<CustomerRegistered, Customer, WhenCustomerRegistered>().Links<Link, WhenLinkMade, WhenLinkUndone>()
    .Noun<Account>().View<AccountList.Row, AccountList>().Import<AccountImport>().Noun<Affiliation>().View<AffiliationList.Row, AffiliationList>()
    .Noun<Contact>().View<ContactList.Row, ContactList>().Import<ContactImport>().Noun<Note>().View<NoteList.Row, NoteList>()
    .Noun<Opportunity>().View<OpportunityHistory.Row, OpportunityHistory>().Import<OpportunityImport>().When<LeadConverted, WhenLeadConverted>()
    .Noun<StageTable>().View<StageTableList.Row, StageTableList>().Noun<Credit>().View<CreditList.Row, CreditList>()
    .Noun<Rate>().View<RateList.Row, RateList>().Noun<Books>().When<BooksPublished, Books, WhenBooksPublished>()
    .Noun<WorkTask>().View<WorkTaskList.Row, WorkTaskList>().Due<WorkTask, TaskReminder>().Process<WorkTaskProcess>()
    .Noun<Order>().View<OrderList.Row, OrderList>().Import<OrderImport>()
    .When<OpportunityWon, Order, WhenOpportunityWon>().When<OpportunityReopened, Order, WhenOpportunityReopened>()
    .Noun<ApprovalFlow>().View<ApprovalFlowList.Row, ApprovalFlowList>()
    .Noun<Approval>().View<ApprovalList.Row, ApprovalList>().Due<Approval, ApprovalEscalation>()
    .Noun<Product>().View<ProductList.Row, ProductList>().Noun<PriceBook>().View<PriceBookList.Row, PriceBookList>()
    .Noun<Corridor>().View<CorridorList.Row, CorridorList>().Noun<TaxTable>().View<TaxTableList.Row, TaxTableList>()
    .Noun<Quote>().View<QuoteHistory.Row, QuoteHistory>().Due<Quote, QuoteExpiry>()
    .When<QuoteSent, Opportunity, WhenQuoteSent>().When<QuoteAccepted, Order, WhenQuoteAccepted>()
    .When<QuoteChanged, Approval, WhenQuoteChanged>().When<QuoteRevised, Approval, WhenQuoteRevised>()
    .When<ContractChanged, Approval, WhenContractChanged>().When<ContractWithdrawn, Approval, WhenContractWithdrawn>()
    .Noun<Contract>().View<ContractHistory.Row, ContractHistory>().Due<Contract, ContractTerm>().When<ContractNoticeDue, WorkTask, WhenContractNoticeDue>()
    .When<ApprovalCompleted, Contract, WhenApprovalCompleted>().When<ApprovalWithdrawn, Contract, WhenApprovalWithdrawn>());

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return 0;
}

app.MapDefaultEndpoints();
app.UseLinks().MapDepartment();
app.MapAccounts().MapContacts().MapAffiliations().MapOpportunities().MapStageTables().MapRates().MapBooks().MapTasks().MapNotes().MapOrders().MapCredits();
app.MapApprovalFlows().MapApprovals().MapContracts().MapProducts().MapPriceBooks().MapCorridors().MapTaxTables().MapQuotes();
await app.RunAsync();
return 0;
