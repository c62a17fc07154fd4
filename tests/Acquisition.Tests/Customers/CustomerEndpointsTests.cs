using CrmSuite.Acquisition.Customers;
using CrmSuite.Import;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;

namespace CrmSuite.Acquisition.Tests.Customers;

public sealed class CustomerEndpointsTests
{
    [Fact]
    public async Task A_customer_is_registered_found_corrected_and_listed_and_only_the_one_who_asks_sees_his_personal_fields()
    {
        await using var acquisition = await DepartmentService.Start("acquisition", a => a.Noun<Customer>().View<CustomerList.Row, CustomerList>().Import<CustomerImport>(), app => app.MapCustomers());
        var (basis, reference) = (new { kind = "contract", purpose = "orders" }, new { source = "shop", reference = "Ref-17850" });
        var ann = new { customer = reference, name = "Ann Lee", birthDate = "1984-02-29", country = "Austria", gender = "female", basis };

        var id = (await acquisition.Ok("acquisition-agent", "POST", "/customers", ann)).GetProperty("id").GetGuid();
        Assert.Equal(0, (await acquisition.Ok("acquisition-agent", "POST", "/customers", ann)).GetProperty("version").GetInt32());
        await acquisition.Ok("acquisition-agent", "POST", $"/customers/{id}/corrections", new { reason = "moved", city = "Graz" });
        await acquisition.Ok("acquisition-agent", "PUT", $"/customers/{id}/preferences", new { language = "de-AT", timeZone = "Europe/Vienna", interests = new[] { "tea" } });

        var found = await acquisition.Ok("acquisition-agent", "POST", "/customers/find", reference);
        Assert.Equal((id, "***", "Graz", "confirmed"), (found.GetProperty("customerId").GetGuid(), found.GetProperty("name").GetString(), found.GetProperty("city").GetString(), found.GetProperty("status").GetString()));
        var row = Assert.Single((await acquisition.Ok("acquisition-agent", "GET", "/customers?status=confirmed&country=Austria")).GetProperty("items").EnumerateArray());
        Assert.Equal((1984, "female", "de-AT"), (row.GetProperty("birthYear").GetInt32(), row.GetProperty("gender").GetString(), row.GetProperty("language").GetString()));
        var person = await acquisition.Ok("acquisition-agent", "GET", $"/customers/{id}/person");
        Assert.Equal(("Ann Lee", "1984-02-29", "Ref-17850"), (person.GetProperty("name").GetString(), person.GetProperty("birthDate").GetString(), person.GetProperty("reference").GetString()));
        var timeline = await acquisition.Ok("acquisition-agent", "GET", $"/customers/{id}/timeline");
        Assert.Equal(3, timeline.GetArrayLength());
        Assert.DoesNotContain("Lee", timeline.GetRawText() + row.GetRawText() + found.GetRawText() + acquisition.Log, StringComparison.Ordinal);

        Assert.Equal("409 customer.registered", await Problem("/customers", ann with { name = "Ann Lea" }));
        Assert.Equal("422 basis.missing", await Problem("/customers", new { name = "Bob" }));
        Assert.Equal("400 customer.email", await Problem("/customers", new { email = "bob", basis }));
        Assert.Equal("400 customer.reference", await Problem("/customers/find", new { source = "shop", reference = "bob@example.org" }));
        Assert.Equal("404 customer.unknown", await Problem("/customers/find", new { source = "shop", reference = "nobody" }));
        Assert.Empty(Endpoints.WithoutPermission(acquisition.App));

        async Task<string> Problem(string path, object body) => await (await acquisition.Send("acquisition-agent", "POST", path, body)).Problem();
    }
}
