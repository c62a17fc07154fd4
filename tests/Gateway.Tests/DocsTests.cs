using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Gateway.Tests;

public sealed class DocsTests(SharedDoor shared) : IClassFixture<SharedDoor>
{
    readonly Door door = shared.Door;

    async Task<HttpResponseMessage> SignIn(string password) =>
        await door.Http.PostAsync("/docs/sign-in", new FormUrlEncodedContent(new Dictionary<string, string> { ["userName"] = "sales-agent", ["password"] = password }));

    async Task<HttpResponseMessage> Get(string path, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", cookie);
        return await door.Http.SendAsync(request);
    }

    [Fact]
    public async Task A_browser_is_asked_to_sign_in_and_reads_the_documents_of_all_services_then()
    {
        using (var asked = await door.Http.Send("GET", "/docs/index.html"))
        {
            Assert.Equal((302, "/docs/sign-in"), ((int)asked.StatusCode, asked.Headers.Location?.ToString()));
        }

        Assert.Contains("<form", await door.Http.GetStringAsync("/docs/sign-in"), StringComparison.Ordinal);
        Assert.Equal(401, (int)(await SignIn("not-the-password")).StatusCode);
        using var signedIn = await SignIn(Door.DemoPassword);
        var set = signedIn.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", set, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", set, StringComparison.Ordinal);
        var cookie = set.Split(';')[0];
        Assert.Contains("CrmSuite API", await (await Get("/docs/index.html", cookie)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", await (await Get("/docs/index.html", cookie)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var document = await (await Get("/openapi/sales.json", cookie)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("/api/sales", document.GetProperty("servers")[0].GetProperty("url").GetString());
        Assert.Equal("sales:read", document.GetProperty("paths").GetProperty("/orders/{id}").GetProperty("get").GetProperty("x-permission").GetString());
        Assert.Equal("http", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("type").GetString());
        var identity = await (await Get("/openapi/v1.json", cookie)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(identity.GetProperty("paths").TryGetProperty("/api/identity/sign-in", out _));
        Assert.Equal("503 service.unavailable", await (await Get("/openapi/service.json", cookie)).Problem());
    }

    [Fact]
    public async Task The_cookie_opens_the_documentation_and_nothing_else()
    {
        var cookie = (await SignIn(Door.DemoPassword)).Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        Assert.Equal("401 token.missing", await (await Get("/api/sales/orders/7", cookie)).Problem());
        Assert.Equal("401 token.missing", await (await Get("/api/identity/directory", cookie)).Problem());
    }
}
