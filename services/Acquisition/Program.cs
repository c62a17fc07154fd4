using CrmSuite.Acquisition.Customers;
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
    .Import<CustomerImport>());

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return 0;
}

app.MapDefaultEndpoints();
app.MapDepartment();
app.MapCustomers();
await app.RunAsync();
return 0;
