using System.Globalization;
using System.Text.Json;

namespace CrmSuite.Demo;

/// <summary>
/// One thread of the quarter, told as it happened: each command at its business time, under a key of its own, so that a story told again adds nothing.
/// </summary>
/// <param name="name">Of this story alone.</param>
/// <param name="clock">Business time.</param>
sealed class Story(string name, Clock clock)
{
    int step;

    /// <summary>The business time at which it stands.</summary>
    public DateTime At { get; private set; } = DateTime.MinValue;

    /// <summary>Goes on at this minute of a day of the quarter, or a minute later where it stands there already.</summary>
    /// <param name="day">Counted from the quarter's first day; before it below zero.</param>
    /// <param name="minute">Since eight in the morning.</param>
    public async Task On(int day, int minute = 0)
    {
        var at = clock.Start.AddDays(day).AddMinutes(8 * 60 + minute);
        At = at > At ? at : At.AddMinutes(1);
        await clock.Until(At);
    }

    /// <summary>A command of somebody; its answer.</summary>
    public Task<JsonElement> Tell(Person who, string path, object? body = null, params string[] mayBe) => Ask(HttpMethod.Post, who, path, body, mayBe);

    /// <summary>The same, where the command sets the whole of something.</summary>
    public Task<JsonElement> Put(Person who, string path, object body) => Ask(HttpMethod.Put, who, path, body);

    Task<JsonElement> Ask(HttpMethod method, Person who, string path, object? body, params string[] mayBe) => who.Gate.Ask(
        method, $"{path}?at={At.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}", body ?? new { },
        $"demo-{name}-{++step}", mayBe);

    /// <summary>The id that the command answers.</summary>
    public async Task<Guid> New(Person who, string path, object body) => (await Tell(who, path, body)).GetProperty("id").GetGuid();
}
