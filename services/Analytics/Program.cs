using CrmSuite.Analytics.Books;
using CrmSuite.Analytics.Churn;
using CrmSuite.Analytics.Customers;
using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Revenue;
using CrmSuite.Analytics.Rfm;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Segments;
using CrmSuite.Analytics.Store;
using CrmSuite.Departments;
using CrmSuite.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("analytics");
builder.AddStoreLog();
builder.AddDepartment("analytics", analytics => analytics.Schema<Program>()
    .Noun<Books>().Noun<ChurnRisk>().Noun<Membership>().Noun<Model>().Noun<Segment>().Services.AddTables());
builder.AddReadModels();

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return;
}

app.MapDefaultEndpoints();
app.MapDepartment();
app.MapBooks();
app.MapChurn();
app.MapCustomers();
app.MapModels();
app.MapRevenue();
app.MapRfm();
app.MapRuns();
app.MapSegments();
await app.RunAsync();
