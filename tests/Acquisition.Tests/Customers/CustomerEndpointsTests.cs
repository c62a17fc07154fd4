using System.IO.Compression;
using System.Text;
using System.Text.Json;
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
        Assert.Equal("409 customer.birth-future", await Problem("/customers", new { birthDate = "2100-01-01", basis }));
        Assert.Equal("400 json.invalid", await Problem("/customers", new { interests = new[] { "tea", null }, basis }));
        Assert.Equal("400 request.invalid", await (await acquisition.Send("acquisition-agent", "GET", "/customers?status=Confirmed")).Problem());
        Assert.Equal("400 request.invalid", await (await acquisition.Send("acquisition-agent", "GET", "/customers?stage=won")).Problem());
        Assert.Empty(Endpoints.WithoutPermission(acquisition.App));

        async Task<string> Problem(string path, object body) => await (await acquisition.Send("acquisition-agent", "POST", path, body)).Problem();
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_fails_without_repeating_it_and_holds_nobody_up()
    {
        await using var acquisition = await DepartmentService.Start("acquisition", a => a.Noun<Customer>().View<CustomerList.Row, CustomerList>().Import<CustomerImport>(), app => app.MapCustomers());
        const string Mapping = """{"fields":{"source":{"value":"shop"},"reference":{"column":"id"},"name":{"column":"name"}},"basis":{"kind":"contract","purpose":"orders"}}""";
        var whole = Encoding.UTF8.GetBytes("id,name\n" + string.Concat(Enumerable.Range(1, 900).Select(number => $"{number},Ann {number * 7919 % 1000}\n")));
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            await zip.WriteAsync(whole, TestContext.Current.CancellationToken);
        }

        var broken = new[]
        {
            await Upload([.. Enumerable.Repeat<byte[]>([0, 1, 2, 255], 50).SelectMany(bytes => bytes)], "text/csv"),
            await Upload("7,Anna Berzina,anna@example.org\n8,Bob,bob@example.org\n"u8.ToArray(), "text/csv"),
            await Upload(packed.ToArray()[..^20], "application/gzip"),
            await Upload([.. packed.ToArray()[..200], .. new byte[300]], "application/gzip"),
        };
        var sound = await Upload(packed.ToArray(), "application/gzip");

        var done = await Ended(sound);
        Assert.Equal(("done", 900), (done.GetProperty("state").GetString(), done.GetProperty("read").GetInt32()));
        foreach (var id in broken)
        {
            var import = await Ended(id);
            Assert.Equal("failed", import.GetProperty("state").GetString());
            Assert.DoesNotContain("Berzina", import.GetProperty("failure").GetString()! + acquisition.Log, StringComparison.Ordinal);
        }

        foreach (var mapping in (string[])["""{"fields":{"source":null}}""", """{"fields":{"source":{"value":1}}}"""])
        {
            Assert.Equal("400 mapping.malformed", await (await acquisition.Send("acquisition-operations", "POST", $"/customers/import?mapping={Uri.EscapeDataString(mapping)}",
                new StringContent("id\n1\n", Encoding.UTF8, "text/csv"))).Problem());
        }

        async Task<Guid> Upload(byte[] file, string type)
        {
            var content = new ByteArrayContent(file);
            content.Headers.ContentType = new(type);
            return (await acquisition.Ok("acquisition-operations", "POST", $"/customers/import?mapping={Uri.EscapeDataString(Mapping)}", content)).GetProperty("id").GetGuid();
        }

        async Task<JsonElement> Ended(Guid id)
        {
            while (true)
            {
                var import = await acquisition.Ok("acquisition-operations", "GET", $"/customers/import/{id}");
                if (import.GetProperty("state").GetString() is "done" or "failed")
                {
                    return import;
                }

                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }
}
