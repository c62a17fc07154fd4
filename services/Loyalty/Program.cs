using CrmSuite.Contracts.Sales;
using CrmSuite.Departments;
using CrmSuite.Links;
using CrmSuite.Loyalty.Points;
using CrmSuite.ServiceDefaults;
using LinkAdopted = CrmSuite.Contracts.Loyalty.LinkAdopted;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("loyalty");
builder.AddDepartment("loyalty", loyalty => loyalty
    .Noun<PointsAccount>()
    .View<PointsBalance.Row, PointsBalance>()
    .When<OrderPaid, PointsAccount, WhenOrderPaid>()
    .When<OrderReturned, PointsAccount, WhenOrderReturned>()
    .When<CreditIssued, PointsAccount, WhenCreditIssued>()
    .Due<PointsAccount, PointsExpiry>()
    .Links<LinkAdopted>());

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return 0;
}

app.MapDefaultEndpoints();
app.UseLinks().MapDepartment();
app.MapPoints();
await app.RunAsync();
return 0;
