using CrmSuite.Departments;
using CrmSuite.Import;
using CrmSuite.Sales.Credits;
using CrmSuite.Sales.Orders;
using CrmSuite.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("sales");
builder.AddDepartment("sales", sales => sales
    .Noun<Order>()
    .Noun<Credit>()
    .View<OrderList.Row, OrderList>()
    .View<CreditList.Row, CreditList>()
    .Import<OrderImport>());

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return 0;
}

app.MapDefaultEndpoints();
app.MapDepartment();
app.MapOrders();
app.MapCredits();
await app.RunAsync();
return 0;
