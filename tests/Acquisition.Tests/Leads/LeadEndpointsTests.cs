using System.Text.Json;
using CrmSuite.Acquisition.Accounts;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CrmSuite.Acquisition.Tests.Leads;

public sealed class LeadEndpointsTests
{
    const string Marketing = "acquisition-agent";
    const string Ann = "sales-agent/u-ann@north";
    const string Bob = "sales-agent/u-bob@north";

    [Fact]
    public async Task A_lead_goes_from_the_first_word_to_the_customer_of_sales()
    {
        await using var acquisition = await LeadService.Start();
        await acquisition.Member("north", "u-ann", 1, "de");

        var id = await acquisition.Id(Marketing, "/leads", new
        {
            source = "fair",
            channel = "website",
            number = "L-1",
            name = "Ann Lee",
            email = "ann@example.org",
            company = "Tea Ltd",
            message = "Call me",
            country = "AT",
            language = "de-AT",
            products = new[] { "tea" },
            basis = LeadService.Basis,
        });
        await acquisition.Ok(Marketing, "POST", $"/leads/{id}/contacts", new { channel = "phone" });
        await acquisition.Ok(Marketing, "POST", $"/leads/{id}/qualify", new { });

        var row = Assert.Single((await acquisition.Ok(Ann, "GET", "/leads?status=mql&ownerId=u-ann&sort=score")).GetProperty("items").EnumerateArray());
        Assert.Equal((60, "north", 1, "wrote-himself"), (row.GetProperty("score").GetInt32(), row.GetProperty("ownerTeam").GetString(),
            row.GetProperty("contacts").GetInt32(), row.GetProperty("topFactors")[0].GetProperty("name").GetString()));
        var lane = Assert.Single((await acquisition.Ok(Marketing, "GET", "/leads/board")).EnumerateArray());
        Assert.Equal(("mql", 1, 0), (lane.GetProperty("status").GetString(), lane.GetProperty("leads").GetInt64(), lane.GetProperty("unassigned").GetInt64()));
        Assert.Equal(1, await Load(acquisition, "u-ann"));

        await acquisition.Ok(Ann, "POST", $"/leads/{id}/accept");
        await acquisition.Ok(Ann, "POST", $"/leads/{id}/qualify-sales",
            new { need = "Strong tea", budgetBand = "10k-50k", authority = "decider", timing = "this-quarter", basis = LeadService.Basis });
        await acquisition.Ok(Ann, "POST", $"/leads/{id}/convert",
            new { opportunity = new { closeDate = "2099-06-30", amount = new { minor = 100_00, currency = "EUR" }, title = "Tea for all" }, basis = LeadService.Basis });

        Assert.Equal(0, await Load(acquisition, "u-ann"));
        var timeline = await acquisition.Ok(Marketing, "GET", $"/leads/{id}/timeline");
        Assert.Equal(["captured", "scored", "contacted", "marketing-qualified", "assigned", "accepted-by-sales", "sales-qualified", "converted"],
            timeline.EnumerateArray().Select(moment => moment.GetProperty("name").GetString()!["acquisition.lead-".Length..^2]));
        var converted = timeline[7].GetProperty("data");
        var (person, organisation) = (converted.GetProperty("contactCustomerId").GetGuid(), converted.GetProperty("accountCustomerId").GetGuid());
        Assert.Equal("person", (await Until(acquisition, $"/customers/{person}")).GetProperty("kind").GetString());
        Assert.Equal("Tea Ltd", (await Until(acquisition, $"/customers/{organisation}/person")).GetProperty("name").GetString());
        Assert.Equal("Ann Lee", (await acquisition.Ok(Marketing, "GET", $"/customers/{person}/person")).GetProperty("name").GetString());
        Assert.Equal(("Call me", "Strong tea"), await acquisition.Ok(Ann, "GET", $"/leads/{id}/person") is var words
            ? (words.GetProperty("message").GetString(), words.GetProperty("need").GetString()) : default);
        Assert.DoesNotMatch("Ann Lee|Tea Ltd|Call me|Strong tea|ann@", timeline.GetRawText() + row.GetRawText() + acquisition.Log);
        Assert.Empty(Endpoints.WithoutPermission(acquisition.App));
    }

    [Fact]
    public async Task Each_mistake_says_what_is_wrong_and_what_to_do_and_leaves_nothing_half_done()
    {
        await using var acquisition = await LeadService.Start();
        await acquisition.Member("north", "u-ann", 1);
        var id = await acquisition.Id(Marketing, "/leads", Website("1"));
        var low = await acquisition.Id(Marketing, "/leads", new { source = "fair", channel = "phone", number = "2" });
        var (before, nobody) = ((await Head(acquisition, id), await Head(acquisition, low)), Guid.NewGuid());

        Assert.Equal("409 lead.score-low", await Problem(Marketing, $"/leads/{low}/qualify", new { }));
        Assert.Equal("409 lead.not-handed-over", await Problem(Marketing, $"/leads/{low}/assign", new { }));
        Assert.Equal("409 lead.not-handed-over", await Problem(Ann, $"/leads/{id}/accept", null));
        Assert.Equal("409 lead.not-qualified", await Problem(Ann, $"/leads/{id}/convert", new { basis = LeadService.Basis }));
        Assert.Equal("404 customer.unknown", await Problem(Ann, $"/leads/{id}/convert", new { accountCustomerId = Guid.NewGuid(), basis = LeadService.Basis }));
        Assert.Equal("404 customer.unknown", await Problem(Marketing, "/leads", new { source = "fair", channel = "website", number = "3", customerId = nobody }));
        Assert.Equal("404 customer.unknown",
            await Problem(Marketing, "/leads", new { source = "fair", channel = "website", customerId = nobody, name = "Ann Lee", force = "met-him", basis = LeadService.Basis }));
        Assert.Equal("404 customer.unknown", await Problem(Marketing, "/customers", new { customerId = nobody, name = "Ann Lee", basis = LeadService.Basis }));
        Assert.Equal("404 lead.unknown", await Problem(Marketing, $"/leads/{CaptureLead.IdOf("fair", "3")}/score", new { }));
        Assert.Equal("404 customer.unknown", await (await acquisition.Send(Marketing, "GET", $"/customers/{nobody}")).Problem());
        Assert.Equal("404 lead.unknown", await Problem(Ann, $"/leads/{Guid.NewGuid()}/disqualify", new { reason = "no-need" }));
        Assert.Equal("403 permission.missing", await Problem(Ann, "/leads", Website("3")));
        Assert.Equal("403 permission.missing", await Problem(Marketing, "/scores/standard/publish", new { threshold = 1, factors = Array.Empty<object>() }));
        Assert.Equal("400 lead.source", await Problem(Marketing, "/leads", new { source = "A fair", channel = "website" }));
        Assert.Equal("400 customer.email", await Problem(Marketing, "/leads", new { source = "fair", channel = "website", email = "ann", basis = LeadService.Basis }));
        Assert.Equal("422 basis.missing", await Problem(Marketing, "/leads", new { source = "fair", channel = "website", name = "Ann Lee" }));
        Assert.Equal("409 lead.other", await Problem(Marketing, "/leads", new { source = "fair", channel = "letter", number = "2" }));
        Assert.Equal("412 version.stale", await (await acquisition.Send(Marketing, "POST", $"/leads/{id}/qualify", new { }, ifMatch: 7)).Problem());
        Assert.Equal(before, (await Head(acquisition, id), await Head(acquisition, low)));

        await acquisition.Ok(Marketing, "POST", $"/leads/{id}/qualify", new { });
        Assert.Equal("409 lead.assigned", await Problem(Ann, $"/leads/{id}/assign", new { }));
        Assert.Equal("403 lead.other-owner", await Problem(Bob, $"/leads/{id}/accept", null));
        await acquisition.Ok(Marketing, "POST", $"/leads/{low}/qualify", new { reason = "met-at-fair" });
        Assert.Equal("409 assignment.nobody-idle", await Problem(Marketing, $"/leads/{low}/assign", new { }));
        Assert.Equal("409 lead.unassigned", await Problem(Bob, $"/leads/{low}/accept", null));

        await acquisition.Ok(Ann, "POST", $"/leads/{id}/accept");
        await acquisition.Ok(Ann, "POST", $"/leads/{id}/qualify-sales",
            new { need = "Tea", budgetBand = "low", authority = "decider", timing = "soon", basis = LeadService.Basis });
        Assert.Equal("422 basis.missing", await Problem(Ann, $"/leads/{id}/convert", new { opportunity = new { closeDate = "2099-06-30", title = "Tea" } }));
        var (account, qualified) = (Guid.NewGuid(), await Head(acquisition, id));
        Assert.Equal("404 account.unknown", await Problem(Ann, $"/leads/{id}/convert", new { accountId = account, basis = LeadService.Basis }));
        Assert.Equal((qualified, 1), (await Head(acquisition, id), await Load(acquisition, "u-ann")));
        await acquisition.App.Services.GetRequiredService<IJournal>()
            .Decide<Account>(account, Cause.Rule("test", Guid.NewGuid(), DateTime.UtcNow), known => known.Hear(account, Guid.NewGuid()), default);
        await acquisition.Ok(Ann, "POST", $"/leads/{id}/convert", new { accountId = account, basis = LeadService.Basis });
        Assert.Equal(account, (await acquisition.Ok(Ann, "GET", $"/leads/{id}")).GetProperty("accountId").GetGuid());
        var converted = await Head(acquisition, id);
        Assert.Equal("409 lead.converted", await Problem(Ann, $"/leads/{id}/convert", new { basis = LeadService.Basis }));
        Assert.Equal(converted, await Head(acquisition, id));

        async Task<string> Problem(string role, string path, object? body) => await (await acquisition.Send(role, "POST", path, body)).Problem();
    }

    [Fact]
    public async Task Somebody_who_is_there_already_is_shown_and_taken_again_only_for_a_reason()
    {
        await using var acquisition = await LeadService.Start();
        var first = await acquisition.Id(Marketing, "/leads", Person("ann@example.org", "0316 123456"));

        using var refused = await acquisition.Send(Marketing, "POST", "/leads", Person("ANN+news@example.org", "0316 999999"));
        var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((409, "lead.duplicate"), ((int)refused.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal(first, Assert.Single(problem.GetProperty("candidates").EnumerateArray()).GetProperty("leadId").GetGuid());
        Assert.Equal("409 lead.duplicate", await (await acquisition.Send(Marketing, "POST", "/leads", Person("bob@example.org", "+43 316 12 34 56"))).Problem());
        Assert.Equal("422 basis.missing",
            await (await acquisition.Send(Marketing, "POST", "/leads", new { source = "fair", channel = "website", email = "ann@example.org" })).Problem());
        await acquisition.Id(Marketing, "/leads", Person("bob@example.org", "0316 777777"));
        await acquisition.Id(Marketing, "/leads", Person("ann@example.org", "0316 123456", "other-branch"));
        await acquisition.Ok(Marketing, "POST", $"/leads/{first}/disqualify", new { reason = "duplicate" });
        Assert.Equal("409 lead.duplicate", await (await acquisition.Send(Marketing, "POST", "/leads", Person("ann@example.org", "0316 123456"))).Problem());

        static object Person(string email, string phone, string? force = null) =>
            new { source = "fair", channel = "website", email, phone, country = "Austria", force, basis = LeadService.Basis };
    }

    [Fact]
    public async Task Whoever_is_erased_leaves_no_hash_in_any_table_or_event()
    {
        await using var acquisition = await LeadService.Start();
        var services = acquisition.App.Services;
        var id = await acquisition.Id(Marketing, "/leads",
            new { source = "fair", channel = "website", email = "ann@example.org", phone = "+43 316 123456", basis = LeadService.Basis });
        var person = (await acquisition.Ok(Marketing, "GET", $"/leads/{id}")).GetProperty("customerId").GetGuid();
        await Until(acquisition, $"/customers/{person}");
        var hashes = services.GetRequiredService<PiiMatchKeys>().Of(
            new("fair", "website", Email: PersonalData.From("ann@example.org"), Phone: PersonalData.From("+43316123456")));
        Assert.Equal(2, hashes.Count);
        foreach (var hash in hashes)
        {
            await Holding(acquisition, hash, "journal.pii_match_keys");
        }

        await services.GetRequiredService<Keyring.Keyring>().Erase(person, default);

        foreach (var hash in hashes)
        {
            await Holding(acquisition, hash);
        }

        await acquisition.Id(Marketing, "/leads", new { source = "fair", channel = "website", email = "ann@example.org", basis = LeadService.Basis });
    }

    [Fact]
    public async Task A_file_is_looked_through_for_who_is_there_already_and_for_who_is_in_it_twice()
    {
        await using var acquisition = await LeadService.Start();
        var known = await acquisition.Id(Marketing, "/leads",
            new { source = "fair", channel = "website", email = "ann@example.org", basis = LeadService.Basis });
        var mapping = JsonSerializer.Serialize(new
        {
            fields = new[] { "number", "email", "force" }.ToDictionary(name => name, name => (object)new { column = name })
                .Append(new("source", new { value = "old-crm" })).Append(new("channel", new { value = "phone" })).ToDictionary(),
            basis = LeadService.Basis,
        }, JsonSerializerOptions.Web);
        const string Few = "number,email,force\n1,ANN@example.org,\n2,bob@example.org,\n3,Bob+fair@example.org,\n4,ann@example.org,other-branch\n"
            + "5,bob@example.org,other-branch\n6,eva@example.org,\n";
        // The last one stands on another page than the one whom he is like.
        var file = Few + string.Concat(Enumerable.Range(7, 500).Select(number => $"{number},person{number}@example.org,\n")) + "507,EVA@example.org,\n";

        foreach (var (accepted, repeated) in ((int, int)[])[(504, 0), (0, 504)])
        {
            var id = (await acquisition.Ok("acquisition-operations", "POST", $"/leads/import?mapping={Uri.EscapeDataString(mapping)}",
                new StringContent(file, System.Text.Encoding.UTF8, "text/csv"))).GetProperty("id").GetGuid();
            var import = await Until(acquisition, $"/leads/import/{id}", found => found.GetProperty("state").GetString() is "done" or "failed",
                "acquisition-operations");

            int Rows(string outcome) => import.GetProperty(outcome).GetInt32();
            Assert.Equal((accepted, repeated, 3), (Rows("accepted"), Rows("repeated"), Rows("refused")));
            var answer = await acquisition.Ok("acquisition-operations", "GET", $"/leads/import/{id}/refusals");
            var refused = answer.GetProperty("items").EnumerateArray().ToList();
            Assert.Equal([(2, "lead.duplicate"), (4, "lead.duplicate"), (508, "lead.duplicate")],
                refused.Select(row => (row.GetProperty("line").GetInt32(), row.GetProperty("code").GetString())));
            Assert.Contains(known, Candidates(refused[0]));
            Assert.Contains(CaptureLead.IdOf("old-crm", "2"), Candidates(refused[1]));
            Assert.Contains(CaptureLead.IdOf("old-crm", "6"), Candidates(refused[2]));
        }

        static IEnumerable<Guid> Candidates(JsonElement row) =>
            row.GetProperty("more").GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("leadId").GetGuid());
    }

    [Fact]
    public async Task Definitions_are_previewed_against_the_leads_in_play_before_they_are_published()
    {
        await using var acquisition = await LeadService.Start();
        var id = await acquisition.Id(Marketing, "/leads", Website("1"));
        var factors = new[] { new { name = "called", points = 5, when = new { field = "channel", anyOf = new[] { "phone" } } } };

        var scores = await acquisition.Ok("acquisition-operations", "POST", "/scores/standard/preview", new { threshold = 50, factors });
        var below = Assert.Single(scores.EnumerateArray());
        Assert.Equal(("score-below", 1, id),
            (below.GetProperty("what").GetString(), below.GetProperty("leads").GetInt32(), below.GetProperty("examples")[0].GetGuid()));
        Assert.Empty((await acquisition.Ok("acquisition-operations", "POST", "/scores/other/preview", new { threshold = 50, factors })).EnumerateArray());

        var rule = new { handOverMinutes = 60, routes = new[] { new { team = "west" } } };
        var breaks = await acquisition.Ok("acquisition-operations", "POST", "/assignment-rules/standard/preview", rule);
        Assert.Equal(["route-other", "team-empty"], breaks.EnumerateArray().Select(one => one.GetProperty("what").GetString()));
        Assert.Equal(1, (await acquisition.Ok(Marketing, "GET", "/assignment-rules/standard")).GetProperty("version").GetInt32());
        Assert.Equal("403 permission.missing", await (await acquisition.Send(Marketing, "POST", "/assignment-rules/standard/preview", rule)).Problem());
        Assert.Equal("400 scores.factors", await (await acquisition.Send("acquisition-operations", "POST", "/scores/standard/preview",
            new { threshold = 1, factors = Array.Empty<object>() })).Problem());
    }

    [Fact]
    public async Task A_form_of_a_website_names_the_notice_and_the_consent()
    {
        await using var acquisition = await LeadService.Start();
        Assert.Equal("400 form.no-notice", await Wrong(("email", "ann@example.org"), ("consent", "on")));
        Assert.Equal("400 form.no-consent", await Wrong(("email", "ann@example.org"), ("noticeVersion", "2026-01")));
        Assert.Equal("400 form.field-unknown", await Wrong(("noticeVersion", "2026-01"), ("consent", "on"), ("password", "x")));
        Assert.Equal("400 customer.email", await Wrong(("email", "ann"), ("noticeVersion", "2026-01"), ("consent", "on")));
        Assert.Equal("415 content.unsupported", await (await acquisition.Send(Marketing, "POST", "/leads/forms/contact-us", new { email = "ann@example.org" })).Problem());

        var sent = await acquisition.Ok(Marketing, "POST", "/leads/forms/contact-us", Filled(("name", "Ann Lee"), ("email", "ann@example.org"), ("message", "Call me"),
            ("product", "tea"), ("product", "pots"), ("country", ""), ("noticeVersion", "2026-01"), ("consent", "on")));

        var moment = (await acquisition.Ok(Marketing, "GET", $"/leads/{sent.GetProperty("id").GetGuid()}/timeline"))[0].GetProperty("data");
        Assert.Equal(("form", "contact-us", "2026-01", 2), (moment.GetProperty("source").GetString(), moment.GetProperty("channel").GetString(),
            moment.GetProperty("noticeVersion").GetString(), moment.GetProperty("products").GetArrayLength()));

        async Task<string> Wrong(params (string Name, string Value)[] fields) =>
            await (await acquisition.Send(Marketing, "POST", "/leads/forms/contact-us", Filled(fields))).Problem();

        static FormUrlEncodedContent Filled(params (string Name, string Value)[] fields) =>
            new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
    }

    [Fact]
    public async Task Files_are_taken_in_by_column_and_lists_are_paged_filtered_and_told_as_CSV_and_as_of_an_instant()
    {
        await using var acquisition = await LeadService.Start();
        var columns = new[] { "number", "channel", "email", "country", "products", "capturedAt", "customerId" };
        var mapping = JsonSerializer.Serialize(new
        {
            fields = columns.ToDictionary(name => name, name => (object)new { column = name }).Append(new("source", new { value = "old-crm" })).ToDictionary(),
            basis = LeadService.Basis,
        }, JsonSerializerOptions.Web);
        var known = await acquisition.Id(Marketing, "/customers", new { country = "IT" });
        var file = string.Join(',', columns) + "\n1,website,ann@example.org,AT,tea,2026-01-06T09:00:00Z,\n2,phone,bob,AT,,,\n"
            + $"3,phone,eva@example.org,IT,tea|pots,2026-01-07T09:00:00Z,{known}\n4,phone,max@example.org,AT,,,{Guid.NewGuid()}\n";

        var id = (await acquisition.Ok("acquisition-operations", "POST", $"/leads/import?mapping={Uri.EscapeDataString(mapping)}",
            new StringContent(file, System.Text.Encoding.UTF8, "text/csv"))).GetProperty("id").GetGuid();
        var import = await Until(acquisition, $"/leads/import/{id}", found => found.GetProperty("state").GetString() is "done" or "failed", "acquisition-operations");

        Assert.Equal((2, "done"), (import.GetProperty("accepted").GetInt64(), import.GetProperty("state").GetString()));
        var refused = (await acquisition.Ok("acquisition-operations", "GET", $"/leads/import/{id}/refusals")).GetProperty("items");
        Assert.Equal(["3 customer.email", "5 customer.unknown"], refused.EnumerateArray().Select(row => $"{row.GetProperty("line")} {row.GetProperty("code")}"));
        Assert.Equal(known, (await acquisition.Ok(Marketing, "GET", $"/leads/{CaptureLead.IdOf("old-crm", "3")}")).GetProperty("customerId").GetGuid());
        var page = await acquisition.Ok(Marketing, "GET", "/leads?size=1&sort=score");
        Assert.Equal(60, page.GetProperty("items")[0].GetProperty("score").GetInt32());
        page = await acquisition.Ok(Marketing, "GET", $"/leads?size=1&sort=score&after={page.GetProperty("next").GetString()}");
        Assert.Equal(20, page.GetProperty("items")[0].GetProperty("score").GetInt32());
        Assert.Equal("IT", Assert.Single((await acquisition.Ok(Marketing, "GET", "/leads?country=IT&isAssigned=false&scoreFrom=1")).GetProperty("items").EnumerateArray())
            .GetProperty("country").GetString());
        using var csv = await acquisition.Send(Marketing, "GET", "/leads?format=csv");
        Assert.Equal(3, (await csv.Content.ReadAsStringAsync()).Trim().Split('\n').Length);
        var first = page.GetProperty("items")[0].GetProperty("leadId").GetGuid();
        Assert.Equal("new", (await acquisition.Ok(Marketing, "GET", $"/leads/{first}?asOf=2026-01-08T00:00:00Z")).GetProperty("status").GetString());
        Assert.Equal("400 list.sort", await (await acquisition.Send(Marketing, "GET", "/leads?sort=hope")).Problem());
        Assert.Empty((await acquisition.Ok(Marketing, "GET", "/leads?isOverdue=true&dueUntil=2026-01-01T00:00:00&recallUntil=2026-01-01")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task When_sales_does_not_answer_in_time_everybody_sees_it_and_linked_people_have_their_leads_in_one_list()
    {
        await using var acquisition = await LeadService.Start();
        await Linked(acquisition);
        var at = "at=2026-01-06T09:00:00Z";
        var id = await acquisition.Id("acquisition-operations", $"/leads?{at}", Website("1"));
        await acquisition.Ok("acquisition-operations", "POST", $"/leads/{id}/qualify?{at}", new { });

        var row = await Until(acquisition, "/leads?isOverdue=true", found => found.GetProperty("items").GetArrayLength() == 1, Marketing);

        Assert.Equal(id, row.GetProperty("items")[0].GetProperty("leadId").GetGuid());
        var moment = (await acquisition.Ok(Marketing, "GET", $"/leads/{id}/timeline")).EnumerateArray().Last();
        Assert.Equal(("acquisition.lead-handover-overdue.1", "2026-01-06T10:00:00Z"), (moment.GetProperty("name").GetString(), moment.GetProperty("occurredAt").GetString()));
    }

    static async Task Linked(DepartmentService acquisition)
    {
        var people = new List<Guid>();
        foreach (var number in (string[])["8", "9"])
        {
            people.Add(await acquisition.Id(Marketing, "/customers", new { country = "AT" }));
            await acquisition.Ok(Marketing, "POST", "/leads", new { source = "fair", channel = "phone", number, customerId = people[^1] });
        }

        var link = await acquisition.Id("acquisition-operations", "/links", new { one = people[0], other = people[1], reason = "same-person" });
        Assert.Equal((2, 2, 1), (await Leads(people[0], ""), await Leads(people[1], ""), await Leads(people[1], "&group=false")));
        Assert.Equal(2, (await acquisition.Ok(Marketing, "GET", $"/leads/board?customerId={people[1]}"))[0].GetProperty("leads").GetInt32());
        await acquisition.Ok("acquisition-operations", "POST", $"/links/{link}/undo", new { reason = "two-people" });
        Assert.Equal((1, 1), (await Leads(people[0], ""), await Leads(people[1], "")));

        async Task<int> Leads(Guid customerId, string more) =>
            (await acquisition.Ok(Marketing, "GET", $"/leads?customerId={customerId}{more}")).GetProperty("items").GetArrayLength();
    }

    static object Website(string number) => new { source = "fair", channel = "website", number, products = new[] { "tea" } };

    static async Task<int> Load(DepartmentService acquisition, string memberId) =>
        Assert.Single((await acquisition.Ok(Marketing, "GET", $"/rosters?memberId={memberId}")).GetProperty("items").EnumerateArray()).GetProperty("load").GetInt32();

    static async Task<int> Head(DepartmentService acquisition, Guid id) => (await acquisition.Ok(Marketing, "GET", $"/leads/{id}/timeline")).GetArrayLength();

    /// <summary>Looks through all tables until those that hold the hash, as text or as bytes, are the named ones.</summary>
    static async Task Holding(DepartmentService acquisition, Guid hash, params string[] tables)
    {
        await using var database = NpgsqlDataSource.Create(acquisition.ConnectionString);
        var all = await database.Sql("""
            select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')
            """).Read<string>(default);
        var text = $"%{hash}%";
        var bytes = $"%{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes($"{hash}"))}%";
        for (var end = DateTime.UtcNow.AddSeconds(60); ; await Task.Delay(50))
        {
            var union = string.Join(" union all ",
                all.Select(table => $"select '{table}' as name from {table} row where row::text like $1 or row::text like $2"));
            var found = await database.Sql($"select distinct name from ({union}) as found order by name", text, bytes).Read<string>(default);
            if (found.SequenceEqual(tables))
            {
                return;
            }

            Assert.True(DateTime.UtcNow < end, $"It is in: {string.Join(", ", found)}\n{acquisition.Log}");
        }
    }

    /// <summary>Asks until it is so: a reaction answers its fact soon, not at once.</summary>
    static async Task<JsonElement> Until(DepartmentService acquisition, string path, Func<JsonElement, bool>? isSo = null, string role = Marketing)
    {
        for (var end = DateTime.UtcNow.AddSeconds(120); ; await Task.Delay(50))
        {
            using var response = await acquisition.Send(role, "GET", path);
            var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            if (response.IsSuccessStatusCode && isSo?.Invoke(answer) is not false)
            {
                return answer;
            }

            Assert.True(DateTime.UtcNow < end, $"{path}: {answer}\n{acquisition.Log}");
        }
    }
}
