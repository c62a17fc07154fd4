using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Import;
using CrmSuite.Links;
using CrmSuite.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("acquisition");
builder.AddDepartment("acquisition", acquisition => acquisition
    .Noun<Customer>().View<CustomerList.Row, CustomerList>().Import<CustomerImport>()
    .When<OrderPlaced, Customer, WhenOrderPlaced>().When<CreditIssued, Customer, WhenCreditIssued>()
    .Noun<MatchRule>().MatchKeys().Noun<Link>().View<LinkList.Row, LinkList>().Links()
    .Noun<Lead>().View<LeadBoard.Row, LeadBoard>().Import<LeadImport>().Due<Lead, LeadHandover>().Process<LeadProcess>()
    .When<LeadCaptured, Customer, WhenLeadCaptured>().When<LeadConverted, Customer, WhenLeadConverted>()
    .Noun<Account>().When<AccountOpened, Account, WhenAccountOpened>()
    .Noun<ScoreTable>().View<ScoreTableList.Row, ScoreTableList>()
    .Noun<AssignmentRule>().View<AssignmentRuleList.Row, AssignmentRuleList>()
    .Noun<Roster>().View<RosterList.Row, RosterList>());

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return 0;
}

app.MapDefaultEndpoints();
app.UseLinks().MapDepartment();
app.MapCustomers();
app.MapMatchRule().MapLinks();
app.MapLeads().MapScoreTables().MapAssignmentRules().MapRosters();
await app.RunAsync();
return 0;
