using System.Net;
using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Accounts;

public sealed class AccountEndpointsTests
{
    [Fact]
    public async Task An_account_with_its_people_goes_from_the_request_to_the_lists_and_only_who_asks_sees_names()
    {
        await using var sales = await SalesService.Start();
        var customer = await sales.Registered();
        var account = new { customerId = customer, name = "Teahouse", industry = "retail", source = "erp", number = "A-1", basis = SalesService.Basis };

        var id = await sales.Id("sales-agent", "/accounts", account);
        Assert.Equal(id, await sales.Id("sales-agent", "/accounts", account));
        var parent = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        await sales.Ok("sales-agent", "POST", $"/accounts/{id}/parent", new { parentId = parent });
        await sales.Ok("sales-agent", "POST", $"/accounts/{id}/fields", new { country = "AT" });
        var ann = await sales.Id("sales-agent", "/contacts",
            new { name = "Ann Lee", email = "ann@example.org", language = "de-AT", basis = SalesService.Basis });
        await sales.Ok("sales-agent", "POST", $"/contacts/{ann}/corrections", new { reason = "moved", timeZone = "Europe/Vienna" });
        var works = await sales.Id("sales-agent", "/affiliations",
            new { accountId = id, contactId = ann, role = "purchasing", title = "Head of Purchasing", basis = SalesService.Basis });

        var row = Assert.Single((await sales.Ok("sales-agent", "GET", $"/accounts?customerId={customer}&parentId={parent}")).GetProperty("items")
            .EnumerateArray());
        Assert.Equal((id, "AT", "north"),
            (row.GetProperty("accountId").GetGuid(), row.GetProperty("country").GetString(), row.GetProperty("ownerTeam").GetString()));
        var person = Assert.Single((await sales.Ok("sales-agent", "GET", $"/affiliations?accountId={id}&status=current")).GetProperty("items")
            .EnumerateArray());
        Assert.Equal((works, ann), (person.GetProperty("affiliationId").GetGuid(), person.GetProperty("contactId").GetGuid()));
        Assert.Equal("Europe/Vienna", Assert.Single((await sales.Ok("sales-agent", "GET", "/contacts?language=de-AT")).GetProperty("items").EnumerateArray())
            .GetProperty("timeZone").GetString());

        Assert.Equal("Teahouse", (await sales.Ok("sales-agent", "GET", $"/accounts/{id}/name")).GetProperty("name").GetString());
        var seen = await sales.Ok("sales-agent", "GET", $"/contacts/{ann}/person");
        Assert.Equal(("Ann Lee", "ann@example.org"), (seen.GetProperty("name").GetString(), seen.GetProperty("email").GetString()));
        string[] others = ["/accounts", "/contacts", "/affiliations", $"/accounts/{id}", $"/accounts/{id}/timeline", $"/contacts/{ann}",
            $"/contacts/{ann}/timeline", $"/affiliations/{works}/timeline"];
        foreach (var path in others)
        {
            Assert.DoesNotMatch("Teahouse|Lee|ann@|Purchasing", (await sales.Ok("sales-agent", "GET", path)).GetRawText());
        }

        Assert.DoesNotMatch("Teahouse|Lee|ann@|Purchasing", sales.Log);
        Assert.Empty(Endpoints.WithoutPermission(sales.App));
    }

    [Fact]
    public async Task Extra_fields_of_accounts_are_published_filled_previewed_and_listed()
    {
        await using var sales = await SalesService.Start();
        var id = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        object fields = new { fields = new[] { new { key = "seats", value = "12" } } };
        Assert.Equal("409 account.no-such-field", await (await sales.Send("sales-agent", "POST", $"/accounts/{id}/fields", fields)).Problem());
        await sales.Ok("sales-operations", "POST", "/fields/account/publish", new { fields = new[] { new { key = "seats", type = "number", label = "Seats" } } });
        await sales.Ok("sales-agent", "POST", $"/accounts/{id}/fields", fields);

        Assert.Equal("12", (await sales.Ok("sales-agent", "GET", $"/accounts/{id}")).GetProperty("extra").GetProperty("seats").GetString());
        var row = Assert.Single((await sales.Ok("sales-agent", "GET", "/accounts")).GetProperty("items").EnumerateArray());
        Assert.Equal("seats 12", $"{row.GetProperty("fields")[0].GetProperty("key")} {row.GetProperty("fields")[0].GetProperty("value")}");
        var broken = (await sales.Ok("sales-operations", "POST", "/fields/account/preview", new { fields = Array.Empty<object>() }))[0];
        Assert.Equal(("field-hidden", id), (broken.GetProperty("what").GetString(), broken.GetProperty("examples")[0].GetGuid()));
        await sales.RebuildEqualsLive<Sales.Accounts.AccountList.Row, Sales.Accounts.AccountList>();
    }

    [Fact]
    public async Task Any_command_may_be_told_as_history_by_who_may_write_history()
    {
        await using var sales = await SalesService.Start();
        var account = new { customerId = await sales.Registered() };

        var id = await sales.Id("sales-operations", "/accounts?at=2026-01-06T09:00:00", account);
        await sales.Ok("sales-operations", "POST", $"/accounts/{id}/fields?at=2026-01-07T11:00:00%2B02:00", new { country = "AT" });
        var times = (await sales.Ok("sales-agent", "GET", $"/accounts/{id}/timeline")).EnumerateArray()
            .Select(entry => entry.GetProperty("occurredAt").GetDateTime());
        Assert.Equal([new(2026, 1, 6, 9, 0, 0, DateTimeKind.Utc), new(2026, 1, 7, 9, 0, 0, DateTimeKind.Utc)], times);

        Assert.Equal(HttpStatusCode.Forbidden, (await sales.Send("sales-agent", "POST", "/accounts?at=2026-01-06T09:00:00Z", account)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await sales.Send("sales-operations", "POST", "/accounts?at=yesterday", account)).StatusCode);
    }

    [Fact]
    public async Task A_mistake_is_answered_with_what_is_wrong()
    {
        await using var sales = await SalesService.Start();
        var (nobody, customer) = (Guid.NewGuid(), await sales.Registered());
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = customer });
        var below = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(), parentId = account });
        var others = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(), ownerId = "u-other", ownerTeam = "north" });

        Assert.Equal("400 account.customer", await Problem("/accounts", new { country = "AT" }));
        Assert.Equal("422 basis.missing", await Problem("/accounts", new { customerId = customer, name = "Teahouse" }));
        Assert.Equal("409 account.parent-unknown", await Problem("/accounts", new { customerId = customer, parentId = nobody }));
        var person = await sales.Registered();
        await sales.Id("sales-agent", "/accounts", new { customerId = person, kind = "person" });
        Assert.Equal("422 basis.missing", await Problem("/accounts", new { customerId = person, kind = "person", name = "Ann Lee" }));
        Assert.Equal("409 account.duplicate", await Problem("/accounts", new { customerId = person, kind = "person", name = "Ann Lee", basis = SalesService.Basis }));
        Assert.Equal("409 account.circle", await Problem($"/accounts/{account}/parent", new { parentId = below }));
        Assert.Equal("403 account.other-owner", await Problem($"/accounts/{others}/close", new { reason = "bankrupt" }));
        Assert.Equal("404 account.unknown", await Problem($"/accounts/{nobody}/close", new { reason = "bankrupt" }));
        Assert.Equal("404 account.unknown", await Problem("/affiliations", new { accountId = nobody, contactId = nobody, role = "sales" }));
        Assert.Equal("404 contact.unknown", await Problem("/affiliations", new { accountId = account, contactId = nobody, role = "sales" }));
        Assert.Equal("404 contact.unknown", await Problem($"/contacts/{nobody}/corrections", new { reason = "moved", language = "de" }));
        Assert.Equal("400 contact.email", await Problem("/contacts", new { email = "ann", basis = SalesService.Basis }));
        Assert.Equal("412 version.stale", await (await sales.Send("sales-agent", "POST", $"/accounts/{account}/fields", new { country = "AT" }, ifMatch: 7))
            .Problem());
        Assert.Equal("403 permission.missing", await (await sales.Send("service-agent", "GET", "/accounts")).Problem());
        Assert.Equal("403 permission.missing", await (await sales.Send("sales-agent", "GET", "/accounts/import")).Problem());
        await sales.Ok("sales-manager", "POST", $"/accounts/{others}/close", new { reason = "bankrupt" });

        async Task<string> Problem(string path, object body) => await (await sales.Send("sales-agent", "POST", path, body)).Problem();
    }

    [Fact]
    public async Task A_person_has_one_account_unless_somebody_says_why_he_has_another_and_an_organisation_may_have_many()
    {
        await using var sales = await SalesService.Start();
        object ann = new { source = "shop", reference = "7001" };
        var first = await Opened(new { customer = ann, kind = "person", source = "erp", number = "1", basis = SalesService.Basis });
        Assert.Equal(first, await Opened(new { customer = ann, kind = "person", source = "erp", number = "1", basis = SalesService.Basis }));
        var customer = (await sales.Ok("sales-agent", "GET", $"/accounts/{first}")).GetProperty("customerId").GetGuid();

        Assert.Equal($"409 account.duplicate {first}", await Refused(new { customer = ann, kind = "person", basis = SalesService.Basis }));
        await sales.Registered(customer);
        Assert.Equal($"409 account.duplicate {first}", await Refused(new { customerId = customer, kind = "person", source = "erp", number = "2" }));
        Assert.Equal("400 reason.form ", await Refused(new { customerId = customer, kind = "person", force = "Two households" }));
        Assert.Single(await Accounts());

        var second = await Opened(new { customerId = customer, kind = "person", force = "two-households" });
        Assert.Equal(new[] { first, second }.Order(), (await Accounts()).Order());
        await sales.Ok("sales-agent", "POST", $"/accounts/{first}/close", new { reason = "moved" });
        Assert.Equal($"409 account.duplicate {second}", await Refused(new { customerId = customer, kind = "person" }));
        await sales.Ok("sales-agent", "POST", $"/accounts/{second}/close", new { reason = "moved" });
        await Opened(new { customerId = customer, kind = "person" });

        var shops = await sales.Registered();
        Assert.NotEqual(await Opened(new { customerId = shops }), await Opened(new { customerId = shops }));

        Task<Guid> Opened(object account) => sales.Id("sales-agent", "/accounts", account);

        async Task<string> Refused(object account)
        {
            using var answer = await sales.Send("sales-agent", "POST", "/accounts", account);
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            return $"{await answer.Problem()} {(problem.TryGetProperty("candidates", out var twins) ? Assert.Single(twins.EnumerateArray()).GetGuid() : null)}";
        }

        async Task<List<Guid>> Accounts() => [.. (await sales.Ok("sales-agent", "GET", $"/accounts?customerId={customer}")).GetProperty("items").EnumerateArray()
            .Select(row => row.GetProperty("accountId").GetGuid())];
    }

    [Fact]
    public async Task Accounts_and_contacts_are_imported_by_the_columns_of_the_file()
    {
        await using var sales = await SalesService.Start();
        var mapping = new
        {
            fields = new Dictionary<string, object>
            {
                ["source"] = new { value = "erp" },
                ["number"] = new { column = "No" },
                ["customer"] = new { column = "Customer" },
                ["name"] = new { column = "Name" },
                ["ownerId"] = new { column = "Seller" },
                ["parent"] = new { column = "Parent" },
                ["openedAt"] = new { column = "Since" },
            },
            timeZone = "Europe/Vienna",
            basis = SalesService.Basis,
        };
        var file = "No,Name,Customer,Seller,Parent,Since\n1,Teahouse,C-1,u-ann,,2020-01-31\n2,Tea Shop,C-2,u-bob,1,2021-01-31\n3,Nobody,,u-bob,,\n2,Tea Shop,C-9,u-bob,1,2021-01-31\n";

        Assert.Equal((2, "4 account.customer,5 account.other"), Told(await sales.Import("accounts", file, mapping)));
        var rows = (await sales.Ok("sales-agent", "GET", "/accounts")).GetProperty("items");
        Assert.Equal(["2 u-bob 2021-01-30T23:00:00Z", "1 u-ann 2020-01-30T23:00:00Z"], rows.EnumerateArray()
            .Select(row => $"{row.GetProperty("number")} {row.GetProperty("ownerId")} {row.GetProperty("openedAt")}"));
        Assert.Equal(rows[1].GetProperty("accountId").GetGuid(), rows[0].GetProperty("parentId").GetGuid());

        // The parent is there or stands before it, a customer's id is in the registry, and what looks the same has a reason: as by a request.
        var more = new
        {
            fields = new Dictionary<string, object>
            {
                ["source"] = new { value = "erp" },
                ["number"] = new { column = "No" },
                ["customerId"] = new { column = "Customer" },
                ["name"] = new { column = "Name" },
                ["country"] = new { value = "AT" },
                ["ownerId"] = new { value = "u-ann" },
                ["parent"] = new { column = "Parent" },
                ["force"] = new { column = "Force" },
            },
            basis = SalesService.Basis,
        };
        var known = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            known.Add(await sales.Registered());
        }

        file = $"No,Name,Customer,Parent,Force\n11,Kettle,{known[0]},1,\n12,Cup,{known[1]},99,\n13,Can,{known[1]},13,\n14,Jug,{Guid.NewGuid()},,\n"
            + $"15,KETTLE,{known[2]},11,\n16,Kettle,{known[3]},11,branch\n";
        Assert.Equal((2, "3 account.parent-unknown,4 account.parent-unknown,5 customer.unknown,6 account.duplicate"), Told(await sales.Import("accounts", file, more)));
        Assert.Equal((0, "2 account.duplicate"), Told(await sales.Import("accounts", $"No,Name,Customer,Parent,Force\n17,kettle,{known[4]},,\n", more)));
        Assert.Equal((0, "3 account.parent-unknown,4 account.parent-unknown,5 customer.unknown,6 account.duplicate"), Told(await sales.Import("accounts", file, more)));

        var people = new
        {
            fields = new Dictionary<string, object> { ["source"] = new { value = "erp" }, ["reference"] = new { column = "Id" }, ["email"] = new { column = "Mail" } },
            basis = SalesService.Basis,
        };
        Assert.Equal((1, "3 contact.email,4 contact.duplicate"),
            Told(await sales.Import("contacts", "Id,Mail\nP-1,ann@example.org\nP-2,bob\nP-3,Ann@example.org\n", people)));
        Assert.Equal((0, "2 contact.duplicate"), Told(await sales.Import("contacts", "Id,Mail\nP-4,ANN@example.org\nP-1,ann@example.org\n", people)));

        static (long, string) Told((long Accepted, string[] Refused) import) => (import.Accepted, string.Join(",", import.Refused));
    }
}
