using CrmSuite.Links;
using CrmSuite.Service.Cases;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;

namespace CrmSuite.Service.Tests.Cases;

public sealed class CaseEndpointsTests
{
    [Fact]
    public async Task A_case_goes_from_the_first_word_to_its_end_and_shows_on_the_board()
    {
        await using var service = await DepartmentService.Start("service", s => s.Noun<Case>().View<CaseBoard.Row, CaseBoard>().Links(), app => app.MapCases());
        var (basis, customer) = (new { kind = "contract", purpose = "service" }, Guid.NewGuid());

        var id = (await Post("/cases", new { customerId = customer, channel = "phone", kind = "fault", severity = "high", text = "It drips.", basis })).GetProperty("id").GetGuid();
        await Post($"/cases/{id}/assign", new { agentId = "u-17" });
        await Post($"/cases/{id}/replies", new { text = "We come tomorrow.", basis });
        await Post($"/cases/{id}/wait", new { @for = "customer" });
        Assert.Equal(id, Assert.Single((await Get($"/cases?status=waiting-customer&agentId=u-17&customerId={customer}")).GetProperty("items").EnumerateArray()).GetProperty("caseId").GetGuid());
        await Post($"/cases/{id}/customer-replies", new { text = "Fine.", basis });
        await Post($"/cases/{id}/wait", new { @for = "third" });
        await Post($"/cases/{id}/end-wait", null);
        await Post($"/cases/{id}/resolve", new { cause = "worn-part", solution = "replaced" });
        await Post($"/cases/{id}/close", new { by = "customer" });
        await Post($"/cases/{id}/reopen", new { reason = "drips-again" });

        var row = Assert.Single((await Get("/cases")).GetProperty("items").EnumerateArray());
        Assert.Equal(("assigned", 1), (row.GetProperty("status").GetString(), row.GetProperty("reopenings").GetInt32()));
        Assert.True(row.GetProperty("firstResponseSeconds").GetInt64() <= row.GetProperty("resolutionSeconds").GetInt64());
        Assert.Equal("assigned", (await Get($"/cases/{id}")).GetProperty("status").GetString());
        var timeline = await Get($"/cases/{id}/timeline");
        Assert.Equal(11, timeline.GetArrayLength());
        Assert.DoesNotContain("drips.", timeline.GetRawText() + service.Log, StringComparison.Ordinal);

        Assert.Equal("422 basis.missing", await Problem("/cases", new { customerId = customer, channel = "phone", kind = "fault", text = "It drips." }));
        Assert.Equal("400 case.channel", await Problem("/cases", new { customerId = customer, channel = "By phone", kind = "fault" }));
        Assert.Equal("404 case.unknown", await Problem($"/cases/{customer}/resolve", new { cause = "worn-part", solution = "replaced" }));
        Assert.Empty(Endpoints.WithoutPermission(service.App));

        Task<System.Text.Json.JsonElement> Get(string path) => service.Ok("service-agent", "GET", path);
        Task<System.Text.Json.JsonElement> Post(string path, object? body) => service.Ok("service-agent", "POST", path, body);
        async Task<string> Problem(string path, object body) => await (await service.Send("service-agent", "POST", path, body)).Problem();
    }
}
