using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Sales.Handovers;
using CrmSuite.Sales.Lookups;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CrmSuite.Sales.Tests.Lookups;

public sealed class LookupTests
{
    [Theory]
    [InlineData("Teehaus Müller & Co", null, null, "co muller teehaus")]
    [InlineData(null, "Ann.Lee@example.org", null, "annlee exampleorg")]
    [InlineData(null, null, "+43 1 23456", "43123456 3123456 123456 23456")]
    [InlineData(null, null, "1234", "")]
    [InlineData(null, null, null, "")]
    public void Names_and_addresses_are_words_and_a_number_is_each_of_its_endings(string? name, string? email, string? phone, string words) =>
        Assert.Equal(words, Lookup.Words(name, email, phone));

    [Theory]
    [InlineData("müll TEE", "'mull':* & 'tee':*")]
    [InlineData("ann.lee@example.org", "'annlee':* & 'exampleorg':*")]
    [InlineData("(01) 234-56", "'123456':*")]
    [InlineData("0043 1 23456", "'43123456':*")]
    [InlineData("');--", null)]
    [InlineData("0000000", null)]
    public void What_is_typed_is_asked_by_beginnings(string text, string? query) => Assert.Equal(query, Lookup.Query(text));

    [Fact]
    public async Task One_request_finds_accounts_people_deals_and_leads_and_nothing_outlives_the_key_of_the_person()
    {
        await using var sales = await SalesService.Start();
        await sales.Publish();
        var (house, ann) = (await Account(sales, "Teehaus Müller", "AT"), await Contact(sales, "Ann Müller", "ann@example.org", "+43 1 234 567 89"));
        var deal = await sales.Id("sales-agent", "/opportunities",
            new { accountId = house, amount = new { minor = 1, currency = "EUR" }, closeDate = "2099-06-30", title = "Müllers Winter", basis = SalesService.Basis });

        var (lead, asker) = (Guid.NewGuid(), Guid.NewGuid());
        var captured = new LeadCaptured(lead, asker, "web", "form", [], Name: PersonalData.From("Max Müller"), Email: PersonalData.From("max@example.org"),
            Phone: PersonalData.From("+43 1 555 44 33"));
        var cause = Cause.Rule("test", Guid.NewGuid(), DateTime.UtcNow) with { Basis = new("consent", "sales-enquiry", "2026-1") };
        await sales.App.Services.GetRequiredService<IJournal>().Decide<Handover>(lead, cause, handover => handover.Announce(captured), default);

        Assert.Equal([("account", house), ("contact", ann), ("lead", lead), ("opportunity", deal)], await Found(sales, "mull"));
        Assert.Equal([("lead", lead)], await Found(sales, "max@example.org"));
        Assert.Equal([("lead", lead)], await Found(sales, "01 555 44 33"));
        Assert.Equal([("lead", lead)], await Found(sales, "mull", "lead"));
        await sales.App.Services.GetRequiredService<Keyring.Keyring>().Erase(asker, default);
        await Gone(sales, asker);
        Assert.Equal([("account", house), ("contact", ann), ("opportunity", deal)], await Found(sales, "mull"));
        Assert.Equal([("contact", ann)], await Found(sales, "ann@exa"));
        Assert.Equal([("contact", ann)], await Found(sales, "01 234 567"));
        Assert.Equal([("account", house)], await Found(sales, "Teehaus", "account"));
        Assert.Empty(await Found(sales, "teehaus", "contact"));
        await sales.Ok("sales-agent", "POST", $"/contacts/{ann}/corrections", new { reason = "married", name = "Ann Moor", basis = SalesService.Basis });
        Assert.Equal([("contact", ann)], await Found(sales, "moor ann"));
        Assert.Equal("400 search.text", await (await sales.Send("sales-agent", "POST", "/search", new { text = " " })).Problem());
        Assert.Equal("403 permission.missing", await (await sales.Send("service-agent", "POST", "/search", new { text = "mull" })).Problem());

        await sales.App.Services.GetRequiredService<Keyring.Keyring>().Erase(ann, default);

        await Gone(sales, ann);
        Assert.Empty(await Found(sales, "moor"));
        Assert.Equal([("account", house), ("opportunity", deal)], await Found(sales, "mull"));
        await sales.Ok("sales-agent", "POST", $"/contacts/{ann}/corrections", new { reason = "again", name = "Ann Moor", language = "de", basis = SalesService.Basis });
        Assert.Empty(await Found(sales, "moor"));
        await Execute(sales, $"insert into views.pii_lookup_v2 (id, noun, person, is_organisation, words) values ('{ann}', 'contact', '{ann}', false, 'moor')"); // Folded with a key remembered too long.
        await Gone(sales, ann);
        await sales.Ok("admin", "GET", "/views/");
        Assert.Equal(202, (int)(await sales.Send("admin", "POST", "/views/pii_lookup/rebuild")).StatusCode);
        await Until(async () => (await sales.Ok("admin", "GET", "/views/")).GetProperty("items").EnumerateArray()
            .Any(view => view.GetProperty("table").GetString() == "pii_lookup_v2_2" && view.GetProperty("serving").GetBoolean()), sales);
        await Gone(sales, ann);
        Assert.Equal([("account", house), ("opportunity", deal)], await Found(sales, "mull"));
        var diff = await sales.Ok("admin", "GET", "/views/pii_lookup/diff");
        Assert.Empty(diff.GetProperty("samples").EnumerateArray());
        Assert.DoesNotMatch("Moor|Müller|ann@", sales.Log);
    }

    [Fact]
    public async Task Whoever_would_open_the_same_twice_is_told_the_candidates_and_opens_another_one_only_with_a_reason()
    {
        await using var sales = await SalesService.Start();
        var (house, ann) = (await Account(sales, "Teehaus Müller GmbH", "AT"), await Contact(sales, "Ann Lee", "ann.lee+news@gmail.com", "+43 1 234 567 89"));

        Assert.Equal(("409 account.duplicate", house), await Duplicate(sales, "/accounts", await Shop(sales, "Teehaus Mueller", "AT"), await Shop(sales, "TEEHAUS MÜLLER", "Austria")));
        Assert.Equal(("409 contact.duplicate", ann), await Duplicate(sales, "/contacts", null, new { email = "annlee@googlemail.com", basis = SalesService.Basis }));
        Assert.Equal(("409 contact.duplicate", ann), await Duplicate(sales, "/contacts", null, new { phone = "0043 1 23456789", basis = SalesService.Basis }));
        Assert.NotEqual(house, await Account(sales, "Teehaus Müller", "DE"));
        var second = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(), name = "Teehaus Müller", country = "AT", force = "other-branch", basis = SalesService.Basis });
        Assert.NotEqual(house, second);
        Assert.NotEqual(ann, await sales.Id("sales-agent", "/contacts", new { email = "ann.lee@gmail.com", force = "shares-address", basis = SalesService.Basis }));
        Assert.Equal("400 reason.form", await (await sales.Send("sales-agent", "POST", "/accounts", new { customerId = Guid.NewGuid(), force = "Because!" })).Problem());
        var opened = (await sales.Ok("sales-agent", "GET", $"/accounts/{second}/timeline"))[0];
        Assert.Equal("other-branch", opened.GetProperty("data").GetProperty("force").GetString());
    }

    static async Task<object> Shop(DepartmentService sales, string name, string country) =>
        new { customerId = await sales.Registered(), name, country, basis = SalesService.Basis };

    static async Task<Guid> Account(DepartmentService sales, string name, string country) =>
        await sales.Id("sales-agent", "/accounts", await Shop(sales, name, country));

    static Task<Guid> Contact(DepartmentService sales, string name, string email, string phone) =>
        sales.Id("sales-agent", "/contacts", new { name, email, phone, basis = SalesService.Basis });

    static async Task<(string, Guid)> Duplicate(DepartmentService sales, string path, object? other, object same)
    {
        if (other is not null)
        {
            await sales.Ok("sales-agent", "POST", path, other); // Written otherwise: not the same.
        }

        // What was just opened must be in the list: a list that lags hinders nobody.
        await sales.Ok("sales-agent", "POST", "/search", new { text = "tee" });
        using var answer = await sales.Send("sales-agent", "POST", path, same);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return ($"{(int)answer.StatusCode} {problem.GetProperty("code").GetString()}", Assert.Single(problem.GetProperty("candidates").EnumerateArray()).GetGuid());
    }

    static async Task<(string?, Guid)[]> Found(DepartmentService sales, string text, string? noun = null) =>
        [.. (await sales.Ok("sales-agent", "POST", "/search", new { text, noun })).GetProperty("items").EnumerateArray()
            .Select(hit => (hit.GetProperty("noun").GetString(), hit.GetProperty("id").GetGuid()))];

    static Task Gone(DepartmentService sales, Guid person) => Until(async () =>
    {
        await using var tables = sales.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select tablename from pg_tables where tablename like 'pii_lookup%'");
        var names = new List<string>();
        await using (var reader = await tables.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                names.Add(reader.GetString(0));
            }
        }

        Assert.NotEmpty(names);
        var counts = await Task.WhenAll(names.Select(name => Execute(sales, $"select count(*) from views.{name} where person = '{person}'")));
        return counts.Sum() == 0;
    }, sales);

    static async Task<long> Execute(DepartmentService sales, string sql)
    {
        await using var command = sales.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }

    static async Task Until(Func<Task<bool>> isSo, DepartmentService sales)
    {
        for (var until = DateTime.UtcNow.AddMinutes(2); !await isSo(); await Task.Delay(100))
        {
            Assert.True(DateTime.UtcNow < until, sales.Log);
        }
    }
}
