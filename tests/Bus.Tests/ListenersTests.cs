using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using CrmSuite.Contracts;
using CrmSuite.Testing;

namespace CrmSuite.Bus.Tests;

/// <summary>A department whose chain does not fit is heard no more, until an operator has it looked at again; no host is started anew for it.</summary>
public sealed class ListenersTests : IAsyncLifetime
{
    Issuer issuer = null!;
    TestDepartment sales = null!, loyalty = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        var rabbit = await (await Servers.VirtualHost("listeners")).LoadTopology(TestDepartment.Topology);
        sales = await TestDepartment.Sales(await TestDepartment.Database("sales"), rabbit, issuer);
        loyalty = await TestDepartment.Loyalty(await TestDepartment.Database("loyalty"), rabbit, issuer, ("sales", sales.Address));
    }

    public async ValueTask DisposeAsync()
    {
        await loyalty.DisposeAsync();
        await sales.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_stopped_department_is_shown_and_once_it_is_mended_resumed()
    {
        await sales.Pay(3);
        await Heard();
        await Diverge();
        await TestDepartment.Until(async () => (await Listed()).Stopped is not null, "the alarm in the list");
        Assert.Contains("inbox chain sales", loyalty.Health.Ills.Keys);
        await sales.Pay(2);

        // Looked at again before anything was mended, it is stopped again.
        Assert.Equal(HttpStatusCode.Accepted, (await Resume("sales")).StatusCode);
        await TestDepartment.Until(async () => (await Listed()).Stopped is null, "a new look");
        await TestDepartment.Until(async () => (await Listed()).Stopped is not null, "the alarm again");
        Assert.Equal(3, await loyalty.Count("events"));

        await loyalty.Ask<int>("update journal.inbox set hash = (select hash from kept) returning 1");
        Assert.Equal(HttpStatusCode.Accepted, (await Resume("sales")).StatusCode);
        await Heard();
        Assert.Equal(5, await loyalty.Count("events"));
        Assert.Equal(new("sales", (await sales.Packs.Head(default)).No, null), await Listed());
        Assert.DoesNotContain("inbox chain sales", loyalty.Health.Ills.Keys);
    }

    [Fact]
    public async Task Only_an_operator_may_and_only_what_stands_still()
    {
        await sales.Pay(1);
        await Heard();
        Assert.Equal((HttpStatusCode.NotFound, "listener.unknown"), await Refused(await Resume("service")));
        Assert.Equal((HttpStatusCode.Conflict, "listener.running"), await Refused(await Resume("sales")));
        foreach (var role in (string[])["loyalty-operations", "sales-manager", "analyst"])
        {
            using var http = Http(role);
            Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(new Uri("listeners", UriKind.Relative))).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await http.PostAsync(new Uri("listeners/sales/resume", UriKind.Relative), null)).StatusCode);
        }
    }

    /// <summary>As if sales had written another history after what was heard: the hash that was kept is not the one of its pack.</summary>
    async Task Diverge()
    {
        await loyalty.Ask<int>("create table kept as select hash from journal.inbox; update journal.inbox set hash = decode(repeat('ab', 32), 'hex') returning 1");
        // Leaders have connections without a name; whoever leads next reads what was kept.
        await loyalty.Ask<bool>("select bool_and(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name = ''");
    }

    Task Heard() => TestDepartment.Until(
        async () => (await sales.Packs.Head(default)).No is var no and > 0 && await sales.Count("events") == await loyalty.Count("events") && (await Listed()).No == no,
        "all of it heard");

    async Task<Listened> Listed()
    {
        using var http = Http("operator");
        return Assert.Single((await http.GetFromJsonAsync<List<Listened>>("listeners", Json.Stored))!);
    }

    async Task<HttpResponseMessage> Resume(string department)
    {
        using var http = Http("operator");
        return await http.PostAsync(new Uri($"listeners/{department}/resume", UriKind.Relative), null);
    }

    static async Task<(HttpStatusCode, string?)> Refused(HttpResponseMessage answer) =>
        (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("code").GetString());

    HttpClient Http(string role)
    {
        var http = new HttpClient { BaseAddress = new Uri(loyalty.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Token(role));
        return http;
    }
}
