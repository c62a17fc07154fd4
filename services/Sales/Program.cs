var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("sales");
builder.AddDepartment("sales", sales => sales
    .Noun<Customer>().When<CustomerRegistered, Customer, WhenCustomerRegistered>().Links<LinkAdopted>().Handovers()
    .Noun<Account>().View<AccountList.Row, AccountList>().Import<AccountImport>()
    .Noun<Contact>().View<ContactList.Row, ContactList>().Import<ContactImport>().Noun<Affiliation>().View<AffiliationList.Row, AffiliationList>()
    .Noun<Opportunity>().View<OpportunityHistory.Row, OpportunityHistory>().Import<OpportunityImport>()
    .When<LeadConverted, WhenLeadConverted>().When<QuoteSent, Opportunity, WhenQuoteSent>()
    .Noun<StageTable>().View<StageTableList.Row, StageTableList>().Noun<FieldTable>().Noun<ReasonList>()
    .Noun<Forecast>().View<ForecastHistory.Row, ForecastHistory>().Noun<Quota>().View<QuotaList.Row, QuotaList>()
    .Noun<Period>().View<PeriodList.Row, PeriodList>().Due<Period, PeriodFreeze>().When<ForecastSubmitted, Period, WhenForecastSubmitted>()
    .Noun<Rate>().View<RateList.Row, RateList>().Noun<Books>().When<BooksPublished, Books, WhenBooksPublished>()
    .Noun<WorkTask>().View<WorkTaskList.Row, WorkTaskList>().Due<WorkTask, TaskReminder>().Process<WorkTaskProcess>()
    .Noun<Note>().View<NoteList.Row, NoteList>().Noun<Credit>().View<CreditList.Row, CreditList>()
    .Noun<Product>().View<ProductList.Row, ProductList>().Noun<PriceBook>().View<PriceBookList.Row, PriceBookList>()
    .Noun<Corridor>().View<CorridorList.Row, CorridorList>().Noun<TaxTable>().View<TaxTableList.Row, TaxTableList>()
    .Noun<Quote>().View<QuoteHistory.Row, QuoteHistory>().Due<Quote, QuoteExpiry>().Approvals().Contracts()
    .Noun<Order>().View<OrderList.Row, OrderList>().Import<OrderImport>().When<OpportunityWon, Order, WhenOpportunityWon>()
    .When<OpportunityReopened, Order, WhenOpportunityReopened>().When<QuoteAccepted, Order, WhenQuoteAccepted>()
    .Noun<Invoice>().View<InvoiceList.Row, InvoiceList>().Due<Invoice, InvoiceOverdue>().Import<InvoiceImport>()
    .View<Timeline.Row, Timeline>().View<PiiLookup.Row, PiiLookup>().Import<ChangeImport>());

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return 0;
}

app.MapDefaultEndpoints();
app.UseLinks().MapDepartment();
app.MapAccounts().MapContacts().MapAffiliations().MapOpportunities().MapStageTables().MapFieldTables().MapReasonLists().MapForecasts().MapQuotas();
app.MapRates().MapBooks().MapHandovers().MapTasks().MapNotes().MapTimelines().MapLookups().MapChanges().MapOrders().MapCredits().MapInvoices();
app.MapProducts().MapPriceBooks().MapCorridors().MapTaxTables().MapQuotes().MapApprovalFlows().MapApprovals().MapContracts();
await app.RunAsync();
return 0;
