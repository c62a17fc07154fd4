using System.Diagnostics;
using CrmSuite.Journal;
using Microsoft.AspNetCore.Http;

namespace CrmSuite.Departments;

/// <summary>What a department has heard of another one, for a command that names it by its id.</summary>
public static class Hearing
{
    /// <summary>How long is waited for what the caller himself has just been answered.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Whether anything was heard of it. What somebody has just done in the other department comes a moment later: who hands on in <c>At-Least</c> what he was
    /// answered there is waited for; for everybody else it is not there, and he is told so at once.
    /// </summary>
    /// <typeparam name="TState">The own noun that is made of what is heard.</typeparam>
    /// <param name="journal">Where it is written.</param>
    /// <param name="department">Who told of it.</param>
    /// <param name="id">Its id.</param>
    /// <param name="asked">The request.</param>
    /// <param name="ct">Cancels the wait.</param>
    public static async Task<bool> HasHeardOf<TState>(this IJournal journal, string department, Guid id, HttpRequest asked, CancellationToken ct)
        where TState : class, IFold<TState>
    {
        var began = Stopwatch.GetTimestamp();
        var isWaitedFor = AtLeast.TryParse(asked.Headers[Http.AtLeast].ToString(), out var own) && own.IsOf(department);
        while ((await journal.Load<TState>(id, ct)).Version < 0)
        {
            if (!isWaitedFor || Stopwatch.GetElapsedTime(began) > Patience)
            {
                return false;
            }

            await Task.Delay(Poll, ct);
        }

        return true;
    }
}
