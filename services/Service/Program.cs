using CrmSuite.Contracts.Service;
using CrmSuite.Departments;
using CrmSuite.Links;
using CrmSuite.Service.Cases;
using CrmSuite.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("service");
builder.AddDepartment("service", service => service
    .Noun<Case>()
    .View<CaseBoard.Row, CaseBoard>()
    .Links<LinkAdopted>());

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return 0;
}

app.MapDefaultEndpoints();
app.UseLinks().MapDepartment();
app.MapCases();
await app.RunAsync();
return 0;
