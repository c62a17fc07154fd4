using System.Text.Json;
using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.Links;
using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Import;
using CrmSuite.Links;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Acquisition.Tests.Links;

public sealed class LinkEndpointsTests
{
    static readonly object Basis = new { kind = "contract", purpose = "orders" };

    static readonly object Rule = new { weights = new[] { new { kind = "email", score = 60 }, new { kind = "phone", score = 30 }, new { kind = "name-birth-date", score = 80 } }, proposeAt = 60 };

    [Fact]
    public async Task Duplicates_are_proposed_linked_shown_as_a_group_and_undone()
    {
        await using var acquisition = await Start();
        var ann = await Register(acquisition, new { name = "Ann Lee", email = "ann@example.org", birthDate = "1984-02-29", country = "Austria", basis = Basis });
        var anne = await Register(acquisition, new { name = "LEE Ann", birthDate = "1984-02-29", phone = "+43 316 123456", basis = Basis });
        var third = await Register(acquisition, new { name = "A. Lee", phone = "0316 123456", country = "AT", basis = Basis });
        Assert.Empty(await Proposed(acquisition));
        Assert.Equal("403 permission.missing", await Problem(acquisition, "/match-rule/publish", Rule, "acquisition-agent"));
        await acquisition.Ok("acquisition-operations", "POST", "/match-rule/publish", Rule);

        var pair = Assert.Single(await Proposed(acquisition));
        Assert.Equal((80, 1, "name-birth-date"), (pair.GetProperty("score").GetInt32(), pair.GetProperty("ruleVersion").GetInt32(), pair.GetProperty("common")[0].GetString()));
        Assert.Equal(new[] { ann, anne }.Order(), new[] { pair.GetProperty("customerId").GetGuid(), pair.GetProperty("otherId").GetGuid() }.Order());

        // What is learnt later is matched too: by e-mail and telephone both, under the rule that is published then.
        await acquisition.Ok("acquisition-agent", "POST", $"/customers/{third}/identifiers", new { kind = "email", value = "Ann+shop@example.org", basis = Basis });
        Assert.Equal([80, 60], (await Proposed(acquisition)).Select(row => row.GetProperty("score").GetInt32()));
        pair = Assert.Single(await Proposed(acquisition, $"?customerId={third}"));
        Assert.Equal(60, pair.GetProperty("score").GetInt32());
        Assert.Equal(new[] { ann, third }.Order(), new[] { pair.GetProperty("customerId").GetGuid(), pair.GetProperty("otherId").GetGuid() }.Order());

        Assert.Equal("403 permission.missing", await Problem(acquisition, "/links", new { one = ann, other = anne, reason = "same-person" }, "acquisition-agent"));
        var link = (await acquisition.Ok("acquisition-operations", "POST", "/links", new { one = anne, other = ann, reason = "same-person" })).GetProperty("id").GetGuid();
        Assert.Equal(Link.IdOf(ann, anne), link);
        var row = Assert.Single((await acquisition.Ok("acquisition-agent", "GET", $"/links?status=linked&customerId={anne}")).GetProperty("items").EnumerateArray());
        Assert.Equal((ann, 80, 1), (row.GetProperty("customerId").GetGuid(), row.GetProperty("score").GetInt32(), row.GetProperty("ruleVersion").GetInt32()));
        Assert.Equal((ann, 2), await GroupOf(acquisition, anne));

        await acquisition.Ok("acquisition-operations", "POST", "/links/decline", new { one = ann, other = third, reason = "mother" });
        Assert.Empty(await Proposed(acquisition));
        await acquisition.Ok("acquisition-operations", "POST", $"/links/{link}/undo", new { reason = "twins", keeps = "by-hand" });
        Assert.Equal((anne, 1), await GroupOf(acquisition, anne));
        Assert.Empty(await Proposed(acquisition));
        await acquisition.Ok("acquisition-operations", "POST", "/links", new { one = ann, other = anne, reason = "same-person" });
        var timeline = await acquisition.Ok("acquisition-agent", "GET", $"/links/{link}/timeline");
        Assert.Equal(["acquisition.link-made.1", "acquisition.link-undone.1", "acquisition.link-made.1"], timeline.EnumerateArray().Select(moment => moment.GetProperty("name").GetString()));
        Assert.DoesNotContain("Lee", timeline.GetRawText() + row.GetRawText() + pair.GetRawText() + acquisition.Log, StringComparison.Ordinal);
        Assert.Empty(Endpoints.WithoutPermission(acquisition.App));
    }

    [Fact]
    public async Task The_wrong_two_are_refused_or_come_apart_again_with_all_that_was_theirs()
    {
        await using var acquisition = await Start();
        var father = await Register(acquisition, new { name = "Max Berg", birthDate = "1950-01-01", basis = Basis });
        var son = await Register(acquisition, new { name = "Max Berg", birthDate = "1980-01-01", basis = Basis });
        var (before, unknown) = (await acquisition.Ok("acquisition-agent", "GET", $"/customers/{son}"), Guid.NewGuid());

        // Nobody has verified anything yet, so the mistake can be made; and it is undone.
        var link = (await acquisition.Ok("acquisition-operations", "POST", "/links", new { one = father, other = son, reason = "same-name" })).GetProperty("id").GetGuid();
        await acquisition.Ok("acquisition-operations", "POST", $"/links/{link}/undo", new { reason = "father-and-son" });
        Assert.Equal((son, 1), await GroupOf(acquisition, son));
        Assert.Equal(before.GetRawText(), (await acquisition.Ok("acquisition-agent", "GET", $"/customers/{son}")).GetRawText());

        foreach (var customer in (Guid[])[father, son])
        {
            await acquisition.Ok("acquisition-agent", "POST", $"/customers/{customer}/verifications", new { fields = new[] { "birth-date" }, method = "identity-card" });
        }

        Assert.Equal("409 link.conflict", await Problem(acquisition, "/links", new { one = father, other = son, reason = "same-name" }));
        Assert.Equal("404 customer.unknown", await Problem(acquisition, "/links", new { one = father, other = unknown, reason = "same-name" }));
        Assert.Equal("400 link.pair", await Problem(acquisition, "/links", new { one = father, other = father, reason = "same-name" }));
        Assert.Equal("404 link.unknown", await Problem(acquisition, $"/links/{unknown}/undo", new { reason = "typo" }));
        Assert.Equal(2, (await acquisition.Ok("acquisition-agent", "GET", $"/links/{link}/timeline")).GetArrayLength());
        Assert.All((await acquisition.Ok("acquisition-agent", "GET", "/customers")).GetProperty("items").EnumerateArray(), row => Assert.Equal("birth-date", row.GetProperty("verified")[0].GetString()));
    }

    [Fact]
    public async Task Whoever_is_erased_is_proposed_no_more_and_leaves_no_key()
    {
        await using var acquisition = await Start();
        await acquisition.Ok("acquisition-operations", "POST", "/match-rule/publish", Rule);
        var one = await Register(acquisition, new { email = "ann@example.org", basis = Basis });
        var other = await Register(acquisition, new { email = "ANN@example.org", basis = Basis });
        Assert.Single(await Proposed(acquisition));

        var services = acquisition.App.Services;
        var keys = services.GetRequiredService<PiiMatchKeys>();
        Assert.Equal([MatchKind.Email], await keys.Common(one, other, default));
        await services.GetRequiredService<Keyring.Keyring>().Erase(one, default);
        for (var end = DateTime.UtcNow.AddSeconds(60); (await keys.Common(one, other, default)).Count > 0; await Task.Delay(50))
        {
            Assert.True(DateTime.UtcNow < end, acquisition.Log);
        }

        Assert.Empty(await Proposed(acquisition));
    }

    [Fact]
    public async Task Two_links_made_at_once_never_join_two_who_contradict_each_other()
    {
        await using var acquisition = await Start();
        for (var round = 0; round < 10; round++)
        {
            var (one, other) = (await Verified("1950-01-01"), await Verified("1980-01-01"));
            var between = await Register(acquisition, new { name = "Max Berg", basis = Basis });
            var beside = await Register(acquisition, new { name = "M. Berg", basis = Basis });
            await acquisition.Ok("acquisition-operations", "POST", "/links", new { one = between, other = beside, reason = "same-person" });

            var answers = await Task.WhenAll(Linked(one, between), Linked(beside, other));

            Assert.Equal(["201", "409 link.conflict"], answers.Order());
            Assert.Equal(3, Math.Max((await GroupOf(acquisition, one)).Members, (await GroupOf(acquisition, other)).Members));
        }

        async Task<Guid> Verified(string birthDate)
        {
            var id = await Register(acquisition, new { name = "Max Berg", birthDate, basis = Basis });
            await acquisition.Ok("acquisition-agent", "POST", $"/customers/{id}/verifications",
                new { fields = new[] { "birth-date" }, method = "identity-card" });
            return id;
        }

        async Task<string> Linked(Guid one, Guid other)
        {
            using var answer = await acquisition.Send("acquisition-operations", "POST", "/links", new { one, other, reason = "same-name" });
            return answer.IsSuccessStatusCode ? $"{(int)answer.StatusCode}" : await answer.Problem();
        }
    }

    [Fact]
    public async Task While_the_keyring_does_not_answer_what_needs_it_waits_whole_and_all_else_goes_on()
    {
        await using var acquisition = await Start();
        var (one, other) = (await Verified("FN 1"), await Verified("FN 2"));
        var bare = await Register(acquisition, new { kind = "organisation" });
        var known = (await acquisition.Ok("acquisition-agent", "GET", $"/customers/{one}")).GetProperty("identifiers")[0].GetProperty("identifierId").GetGuid();
        object pair = new { one, other, reason = "same-company" };
        var before = (await Head(one), await Head(other), await Head(bare));

        await using (await acquisition.WithoutKeyring())
        {
            foreach (var (path, body) in ((string, object)[])
                [
                    ("/links", pair), ("/links/decline", pair), ("/customers", new { name = "Ann Lee", basis = Basis }),
                    ($"/customers/{one}/corrections", new { reason = "typo", name = "Tea Ltd", basis = Basis }),
                    ($"/customers/{bare}/identifiers", Number("FN 3")), ($"/customers/{one}/identifiers", Number("FN 1")), ($"/customers/{one}/identifiers", Number("FN 9")),
                ])
            {
                Assert.Equal($"{path} 503 keyring.unavailable", $"{path} {await Problem(acquisition, path, body)}");
            }

            Assert.Equal("503 keyring.unavailable", await (await acquisition.Send("acquisition-agent", "GET", $"/customers/{one}/person")).Problem());

            // Nothing personal is in these: whom they name, and what anybody may see of him.
            Assert.Equal("***", (await acquisition.Ok("acquisition-agent", "GET", $"/customers/{one}")).GetProperty("identifiers")[0].GetProperty("value").GetString());
            Assert.Equal(3, (await acquisition.Ok("acquisition-agent", "GET", "/customers")).GetProperty("items").GetArrayLength());
            Assert.Equal(before, (await Head(one), await Head(other), await Head(bare)));
            var second = await Register(acquisition, new { kind = "organisation", country = "AT" });
            await acquisition.Ok("acquisition-agent", "PUT", $"/customers/{one}/preferences", new { language = "de" });
            var link = (await acquisition.Ok("acquisition-operations", "POST", "/links", new { one = bare, other = second, reason = "same-company" })).GetProperty("id").GetGuid();
            await acquisition.Ok("acquisition-operations", "POST", $"/links/{link}/undo", new { reason = "typo" });
        }

        Assert.Equal("409 link.conflict", await Problem(acquisition, "/links", pair));
        Assert.Equal("409 customer.register-number", await Problem(acquisition, $"/customers/{one}/identifiers", Number("FN 9")));
        await acquisition.Ok("acquisition-operations", "POST", $"/customers/{one}/identifiers", Number("FN 1"));
        await acquisition.Ok("acquisition-operations", "POST", $"/customers/{bare}/identifiers", Number("FN 3"));
        await acquisition.Ok("acquisition-operations", "POST", $"/customers/{one}/identifiers/{known}/remove", new { reason = "typo" });
        Assert.Equal((before.Item1 + 2, before.Item2, before.Item3 + 1), (await Head(one), await Head(other), await Head(bare)));
        Assert.DoesNotMatch("FN [0-9]|Tea Ltd|Ann Lee", acquisition.Log);

        static object Number(string value) => new { kind = "register-number", value, source = "company-register", basis = Basis };

        async Task<Guid> Verified(string number)
        {
            var id = await Register(acquisition, new { kind = "organisation" });
            await acquisition.Ok("acquisition-agent", "POST", $"/customers/{id}/identifiers", Number(number));
            await acquisition.Ok("acquisition-agent", "POST", $"/customers/{id}/verifications", new { fields = new[] { "register-number" }, method = "extract" });
            return id;
        }

        async Task<int> Head(Guid id) => (await acquisition.Ok("acquisition-agent", "GET", $"/customers/{id}/timeline")).GetArrayLength();
    }

    static Task<DepartmentService> Start() => DepartmentService.Start("acquisition",
        acquisition => acquisition.Noun<Customer>().View<CustomerList.Row, CustomerList>().Import<CustomerImport>().MatchKeys()
            .Noun<MatchRule>().Noun<Link>().View<LinkList.Row, LinkList>().Links(),
        app =>
        {
            app.MapCustomers();
            app.MapMatchRule().MapLinks();
        });

    static async Task<Guid> Register(DepartmentService acquisition, object body) => (await acquisition.Ok("acquisition-agent", "POST", "/customers", body)).GetProperty("id").GetGuid();

    static async Task<List<JsonElement>> Proposed(DepartmentService acquisition, string of = "") =>
        [.. (await acquisition.Ok("acquisition-agent", "GET", $"/links/proposed{of}")).GetProperty("items").EnumerateArray()];

    static async Task<(Guid Survivor, int Members)> GroupOf(DepartmentService acquisition, Guid customer)
    {
        var group = await acquisition.Ok("acquisition-agent", "GET", $"/customers/{customer}/group");
        return (group.GetProperty("survivor").GetGuid(), group.GetProperty("members").GetArrayLength());
    }

    static async Task<string> Problem(DepartmentService acquisition, string path, object body, string role = "acquisition-operations") =>
        await (await acquisition.Send(role, "POST", path, body)).Problem();
}
