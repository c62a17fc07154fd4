using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CrmSuite.Journal;

/// <summary>What a query answers about one noun: its state, and its events in order. Personal fields show as <c>***</c>.</summary>
public static class Showing
{
    /// <summary>One event of a noun's timeline.</summary>
    /// <param name="Version">Its place in the stream.</param>
    /// <param name="Name">Its stored name.</param>
    /// <param name="OccurredAt">Business time.</param>
    /// <param name="RecordedAt">When the journal took it.</param>
    /// <param name="Actor">Who acted.</param>
    /// <param name="Data">The event.</param>
    public sealed record Moment(int Version, string Name, DateTime OccurredAt, DateTime RecordedAt, Actor Actor, JsonElement Data);

    /// <summary>The noun as it stands, or as of an instant, with its version as <c>ETag</c>; 404 when there is none.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="id">The noun's id.</param>
    /// <param name="answer">What is told of it.</param>
    /// <param name="ct">Cancels the reading.</param>
    /// <param name="asOf">Business time; null for now.</param>
    public static async Task<IResult> Show<TState>(this IJournal journal, Guid id, Func<TState, object> answer, CancellationToken ct, DateTime? asOf = null)
        where TState : class, IFold<TState>
    {
        var (state, version) = await journal.Load<TState>(id, ct, asOf);
        return version < 0 ? Unknown<TState>() : new Tagged(version, TypedResults.Ok(answer(state)));
    }

    /// <summary>The noun's events in order; 404 when there are none.</summary>
    public static async Task<IResult> Timeline<TState>(this IJournal journal, Guid id, CancellationToken ct) where TState : class, IFold<TState>
    {
        var entries = await journal.Read<TState>(id, ct);
        return entries.Count == 0 ? Unknown<TState>() : TypedResults.Ok(entries.Select(entry => new Moment(
            entry.Version, entry.Name, entry.OccurredAt, entry.RecordedAt, entry.Meta.Actor, JsonSerializer.SerializeToElement(entry.Event, entry.Event.GetType(), Json.Door))));
    }

    static NotThere Unknown<TState>() where TState : class, IFold<TState> => new(TState.Category.Split('.')[1], TState.Called);

    /// <summary>There is no such noun; a definition is asked for by its name, which is told.</summary>
    sealed class NotThere(string noun, string called) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            var name = context.Request.RouteValues.Values.OfType<string>()
                .FirstOrDefault(value => Form.IsWord(value.ToLowerInvariant()) && !Guid.TryParse(value, out _));
            var sentence = name is null ? $"There is no such {called}." : $"There is no {called} '{name}'.";
            return Problems.Write(context, StatusCodes.Status404NotFound, $"{noun}.unknown", sentence);
        }
    }

    sealed class Tagged(int version, IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.Headers[HeaderNames.ETag] = $"\"{version}\"";
            return inner.ExecuteAsync(context);
        }
    }
}
