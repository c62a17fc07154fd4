using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CrmSuite.Suite.Tests;

/// <summary>The door as a stranger and as a careless client meet it.</summary>
public sealed class DoorTests(SuiteProcess suite) : IClassFixture<SuiteProcess>
{
    static readonly string[] Departments = ["acquisition", "sales", "service", "loyalty", "analytics"];

    [Fact]
    public async Task Every_documented_endpoint_is_closed_without_a_token_at_the_gateway_and_at_the_service_itself()
    {
        var open = new List<string>();
        foreach (var department in Departments)
        {
            foreach (var (method, path) in await Endpoints(department))
            {
                foreach (var address in (string[])[$"{suite.Gateway}/api/{department}{path}", $"{suite.Service(department)}{path}"])
                {
                    using var request = new HttpRequestMessage(method, address);
                    using var answer = await suite.Anonymous.SendAsync(request);
                    if (answer.StatusCode != HttpStatusCode.Unauthorized)
                    {
                        open.Add($"{method} {address} {(int)answer.StatusCode}");
                    }
                }
            }
        }

        Assert.Empty(open);
    }

    [Fact]
    public async Task Every_documented_endpoint_names_its_permission()
    {
        foreach (var department in Departments)
        {
            var document = await suite.Http.GetFromJsonAsync<JsonElement>($"/openapi/{department}.json");
            Assert.All(Operations(document), operation => Assert.False(string.IsNullOrEmpty(operation.Operation.GetProperty("x-permission").GetString()), operation.Path));
        }
    }

    [Fact]
    public async Task Every_endpoint_takes_the_parameters_that_are_documented_and_no_others()
    {
        // Asked for one that there is not, an endpoint names those that there are, and carries out nothing.
        const string None = "There is no parameter 'surplus' here. There are none.", Others = "There is no parameter 'surplus' here. The parameters are: ";
        var wrong = new List<string>();
        foreach (var department in Departments)
        {
            var document = await suite.Http.GetFromJsonAsync<JsonElement>($"/openapi/{department}.json");
            foreach (var (path, method, operation) in Operations(document))
            {
                var address = In("path", operation).Aggregate(path, (filled, parameter) => filled.Replace($"{{{parameter.GetProperty("name")}}}",
                    parameter.GetProperty("schema").TryGetProperty("format", out var format) && format.GetString() == "uuid" ? $"{Guid.Empty}" : "0", StringComparison.Ordinal));
                using var request = new HttpRequestMessage(new(method.ToUpperInvariant()), $"/api/{department}{address}?surplus=1");
                using var answer = await suite.Http.SendAsync(request);
                var body = await answer.Content.ReadAsStringAsync();
                var told = answer.StatusCode == HttpStatusCode.BadRequest ? JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()! : "";
                HashSet<string> documented = [.. In("query", operation).Select(parameter => parameter.GetProperty("name").GetString()!)];
                string[] taken = told == None ? [] : told.StartsWith(Others, StringComparison.Ordinal) ? told[Others.Length..^1].Split(", ") : ["what nobody knows"];
                if (!documented.SetEquals(taken))
                {
                    wrong.Add($"{method} {department}{path} is documented with ({string.Join(", ", documented)}): {(int)answer.StatusCode} {body}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        static IEnumerable<JsonElement> In(string place, JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == place) : [];
    }

    [Theory]
    [InlineData("{", 400, "json.invalid")]
    [InlineData("""{"source": "shop", "number": "1", "total": {"minor": 1, "currency": "EUR"}, "customerId": "00000000-0000-0000-0000-000000000001", "colour": "red"}""", 400, "json.invalid")]
    [InlineData("""{"source": "shop", "number": "1", "number": "2", "total": {"minor": 1, "currency": "EUR"}, "customerId": "00000000-0000-0000-0000-000000000001"}""", 400, "json.invalid")]
    [InlineData("""{"source": "shop", "number": "1", "total": {"minor": 99999999999999999999, "currency": "EUR"}, "customerId": "00000000-0000-0000-0000-000000000001"}""", 400, "json.invalid")]
    [InlineData("""{"source": "shop", "number": "a\u0000b", "total": {"minor": 1, "currency": "EUR"}, "customerId": "00000000-0000-0000-0000-000000000001"}""", 400, null)]
    [InlineData("""{"source": "shop", "number": "1", "total": {"minor": 1, "currency": "euro"}, "customerId": "00000000-0000-0000-0000-000000000001"}""", 400, "order.total")]
    [InlineData("""{"source": "shop", "number": "1", "total": {"minor": 1, "currency": "EUR"}, "customer": {"source": "shop", "reference": "anna@example.com"}}""", 400, "order.customer")]
    [InlineData("""{"source": "shop", "number": "no-basis", "total": {"minor": 1, "currency": "EUR"}, "customer": {"source": "shop", "reference": "77"}}""", 422, "basis.missing")]
    public async Task Bad_input_is_told_what_is_wrong_and_changes_nothing(string body, int status, string? code)
    {
        var before = await suite.Count("sales", "select count(*) from journal.events where noun = 'order'");
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var answer = await suite.Http.PostAsync("/api/sales/orders", content);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.True(code is null || problem.GetProperty("code").GetString() == code, problem.ToString());
        Assert.Equal(before, await suite.Count("sales", "select count(*) from journal.events where noun = 'order'"));
    }

    [Fact]
    public async Task A_command_with_an_idempotency_key_is_carried_out_once_and_never_with_another_body()
    {
        async Task<HttpResponseMessage> Send(int minor)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sales/orders")
            {
                Content = JsonContent.Create(new { source = "shop", number = "keyed", total = new { minor, currency = "EUR" }, customer = new { source = "shop", reference = "keyed" }, basis = new { kind = "contract", purpose = "orders" } }),
                Headers = { { "Idempotency-Key", "order-keyed" } },
            };
            return await suite.Http.SendAsync(request);
        }

        using var first = await Send(100);
        using var again = await Send(100);
        using var other = await Send(200);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity), (first.StatusCode, again.StatusCode, other.StatusCode));
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
    }

    [Fact]
    public async Task An_import_tells_each_bad_row_by_line_code_and_reason_and_takes_the_others()
    {
        const string File = """
            ref,no,at,sum,cur
            c1,import-1,2024-01-31T10:00:00,10.50,EUR
            c1,import-2,yesterday,10.50,EUR
            anna@example.com,import-3,2024-01-31T10:00:00,10.50,EUR
            c2,import-4,2024-01-31T10:00:00,ten,EUR
            c2,import-5,2024-01-31T10:00:00,12.00,EUR
            c3,import-5,2024-01-31T10:00:00,13.00,EUR
            """;
        const string Mapping = """
            {"fields": {"source": {"value": "till"}, "customer": {"column": "ref"}, "number": {"column": "no"}, "placedAt": {"column": "at"}, "total": {"column": "sum"}, "currency": {"column": "cur"}},
             "timeZone": "Europe/Riga", "basis": {"kind": "contract", "purpose": "order-fulfilment"}}
            """;
        using (var stored = await suite.Http.PutAsync("/api/sales/orders/import/mappings/till", new StringContent(Mapping, new MediaTypeHeaderValue("application/json"))))
        {
            stored.EnsureSuccessStatusCode();
        }

        using var accepted = await suite.Http.PostAsync("/api/sales/orders/import?mapping=till", new StringContent(File, new MediaTypeHeaderValue("text/csv")));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        JsonElement import = default;
        await SuiteProcess.Until("the import has ended", async () =>
            (import = await suite.Http.GetFromJsonAsync<JsonElement>($"/api/sales/orders/import/{id}")).GetProperty("state").GetString() is "done" or "failed");
        Assert.Equal((6, 2, 4), (import.GetProperty("read").GetInt32(), import.GetProperty("accepted").GetInt32(), import.GetProperty("refused").GetInt32()));
        var refusals = (await suite.Http.GetFromJsonAsync<JsonElement>($"/api/sales/orders/import/{id}/refusals")).GetProperty("items").EnumerateArray()
            .Select(row => $"{row.GetProperty("line").GetInt64()} {row.GetProperty("code").GetString()}");
        Assert.Equal(["3 field.malformed", "4 order.customer", "5 field.malformed", "7 order.other"], refusals);
        Assert.Equal(0, await suite.Count("sales", "select count(*) from journal.import_parts"));
    }

    [Fact]
    public async Task A_file_without_a_mapped_column_says_which_columns_it_has()
    {
        const string Mapping = """
            {"fields": {"source": {"value": "till"}, "customerId": {"column": "who"}, "number": {"column": "no"}, "placedAt": {"column": "at"}, "total": {"column": "sum"}, "currency": {"value": "EUR"}}}
            """;
        using var accepted = await suite.Http.PostAsync($"/api/sales/orders/import?mapping={Uri.EscapeDataString(Mapping)}", new StringContent("no,at\n1,2\n", new MediaTypeHeaderValue("text/csv")));
        var id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        JsonElement import = default;
        await SuiteProcess.Until("the import has ended", async () =>
            (import = await suite.Http.GetFromJsonAsync<JsonElement>($"/api/sales/orders/import/{id}")).GetProperty("state").GetString() is "done" or "failed");
        Assert.Contains("Does its first line name the columns?", import.GetProperty("failure").GetString(), StringComparison.Ordinal);
    }

    async Task<IReadOnlyList<(HttpMethod, string)>> Endpoints(string department)
    {
        var document = await suite.Http.GetFromJsonAsync<JsonElement>($"/openapi/{department}.json");
        return [.. Operations(document).Select(operation => (new HttpMethod(operation.Method.ToUpperInvariant()), System.Text.RegularExpressions.Regex.Replace(operation.Path, @"\{[^}]*\}", "00000000-0000-0000-0000-000000000000")))];
    }

    static IEnumerable<(string Path, string Method, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where operation.Name is "get" or "post" or "put" or "delete" or "patch"
        select (path.Name, operation.Name, operation.Value);
}
