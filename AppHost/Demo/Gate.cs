using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CrmSuite.Demo;

/// <summary>A command was refused for good.</summary>
sealed class RefusedException(string message) : Exception(message);

/// <summary>The suite's one door, as one caller meets it: signs in, signs in again before the token ends, and asks again where the answer says so.</summary>
/// <param name="http">Speaks to the gateway.</param>
/// <param name="signIn">How a token is asked for.</param>
/// <param name="stop">Ends all asking.</param>
sealed class Gate(HttpClient http, Func<HttpRequestMessage> signIn, CancellationToken stop) : IDisposable
{
    const int AgainMax = 240;
    const int SignInMax = 2_000;

    static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>What another department has not told yet: it is there soon.</summary>
    static readonly HashSet<string> NotYet = ["customer.unknown", "account.unknown", "contact.unknown", "opportunity.unknown", "books.unknown"];

    readonly SemaphoreSlim signingIn = new(1);
    string token = "";
    long tokenUntil;

    /// <summary>What a command answers; the same key again carries nothing out.</summary>
    /// <param name="method">POST, PUT …</param>
    /// <param name="path">From the gateway's root, with the business time in it.</param>
    /// <param name="body">As JSON.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="mayBe">Codes of refusals that are as good as an answer.</param>
    public async Task<JsonElement> Ask(HttpMethod method, string path, object? body = null, string? key = null, params string[] mayBe)
    {
        for (var again = 0; ; again++)
        {
            var (status, answer) = await Once(method, path, body, key);
            var code = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("code", out var said) ? said.GetString() ?? "" : "";
            if ((int)status < 400 || mayBe.Contains(code))
            {
                return answer;
            }

            if (again == AgainMax || !(status is HttpStatusCode.TooManyRequests || (int)status >= 500 || NotYet.Contains(code)))
            {
                throw new RefusedException($"{method} {path}: {(int)status} {answer}");
            }

            await Task.Delay(Pause, stop);
        }
    }

    public void Dispose() => signingIn.Dispose();

    async Task<(HttpStatusCode, JsonElement)> Once(HttpMethod method, string path, object? body, string? key)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", await Token());
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        try
        {
            using var response = await http.SendAsync(request, stop);
            return (response.StatusCode, await Read(response));
        }
        catch (HttpRequestException)
        {
            return (HttpStatusCode.BadGateway, default); // The gateway is just coming back.
        }
    }

    async Task<string> Token()
    {
        if (Environment.TickCount64 < tokenUntil)
        {
            return token;
        }

        await signingIn.WaitAsync(stop);
        try
        {
            for (var again = 0; Environment.TickCount64 >= tokenUntil; again++)
            {
                using var request = signIn();
                using var response = await http.SendAsync(request, stop);
                var answer = await Read(response);
                if (response.IsSuccessStatusCode)
                {
                    var name = answer.TryGetProperty("access_token", out _) ? "access_token" : "accessToken";
                    (token, tokenUntil) = (answer.GetProperty(name).GetString()!, Environment.TickCount64 + (long)TokenLife.TotalMilliseconds);
                }
                // An attempt that was never answered counts as a wrong one, and some of those lock the account for a while.
                else if (again == SignInMax || (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized) && (int)response.StatusCode < 500))
                {
                    throw new RefusedException($"Nobody signed in: {(int)response.StatusCode} {answer}");
                }
                else
                {
                    await Task.Delay(Pause, stop);
                }
            }

            return token;
        }
        finally
        {
            signingIn.Release();
        }
    }

    async Task<JsonElement> Read(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(stop);
        return text.StartsWith('{') || text.StartsWith('[') ? JsonDocument.Parse(text).RootElement.Clone() : default;
    }
}
