using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Import;
using CrmSuite.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("acquisition");
builder.AddDepartment("acquisition", acquisition => acquisition
    .Noun<Customer>()
    .View<CustomerList.Row, CustomerList>()
    .When<OrderPlaced, Customer, WhenOrderPlaced>()
    .When<CreditIssued, Customer, WhenCreditIssued>()
    .Import<CustomerImport>()
    .Noun<Lead>().View<LeadBoard.Row, LeadBoard>().Import<LeadImport>().Due<Lead, LeadHandover>()
    .When<LeadCaptured, Customer, WhenLeadCaptured>().When<LeadConverted, Customer, WhenLeadConverted>()
    .Noun<ScoreTable>().View<ScoreTableList.Row, ScoreTableList>()
    .Noun<AssignmentRule>().View<AssignmentRuleList.Row, AssignmentRuleList>()
    .Noun<Roster>().View<RosterList.Row, RosterList>());

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return 0;
}

app.MapDefaultEndpoints();
app.MapDepartment();
app.MapCustomers();
app.MapLeads().MapScoreTables().MapAssignmentRules().MapRosters();
await app.RunAsync();
return 0;
