using CrmSuite.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CrmSuite.Bus;

/// <summary>Hears the facts of other departments and follows the own ones, and has them answered; one replica leads. How far it has got lies in the own database.</summary>
sealed class Inbox(
    NpgsqlDataSource database,
    Packs own,
    JournalLog log,
    Reactions reactions,
    InboxListeners listeners,
    SetAside aside,
    PackFeed feed,
    Leader leader,
    BusConnection messaging,
    BusHealth health,
    ILoggerFactory loggers) : BackgroundService
{
    const string Name = "inbox";

    /// <summary>How many own facts are answered at once.</summary>
    const int PageMax = 500;

    /// <summary>How far the own facts were followed is noted with each answer, and at least so often.</summary>
    const int NoteMs = 1_000;

    /// <summary>How often it is looked whether something set aside is due for another try, or a stopped department was resumed.</summary>
    static readonly TimeSpan LookPoll = TimeSpan.FromSeconds(5);

    readonly ILogger logger = loggers.CreateLogger<Inbox>();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        reactions.Sources.Count == 0 && !reactions.Own ? Task.CompletedTask : leader.Run(Name, Lead, stoppingToken);

    async Task Lead(CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var heads = await listeners.Begin(ct);
        var work = new List<Task> { LookAgain(end.Token) };
        if (reactions.Sources.Count > 0)
        {
            var listening = new Listening(Name, messaging.Text, $"{own.Department}.inbox", reactions.Sources)
            {
                Heads = _ => Task.FromResult(heads),
                Handle = Handle,
                Stop = listeners.Stop,
                SetAside = aside.AddUnreadable,
            };
            work.Add(new PackListener(listening, feed, health, loggers.CreateLogger<PackListener>()).Run(end.Token));
        }

        if (reactions.Own)
        {
            work.Add(FollowOwn(end.Token));
        }

        await Task.WhenAny(work);
        await end.CancelAsync(); // One part that ends takes the others along; the leader begins all of it again.
        await Task.WhenAll(work);
    }

    async Task Handle(Pack pack, CancellationToken ct)
    {
        await reactions.Answer(pack.Department, pack.Entries, ct);
        await listeners.Move(pack, ct);
    }

    async Task FollowOwn(CancellationToken ct)
    {
        var position = await Followed(ct);
        var (noted, note) = (position, 0L);
        for (var failures = 0; ;)
        {
            try
            {
                var page = await log.Read(position, PageMax, ct);
                var answered = page.Count > 0 && await reactions.Answer(own.Department, page, ct);
                position = page.Count > 0 ? page[^1].Position : position;
                // What answers nothing need not be noted at once: after a crash it is looked at again, and answers nothing again.
                if (answered || (position > noted && Environment.TickCount64 >= note))
                {
                    await Follow(position, ct);
                    (noted, note) = (position, Environment.TickCount64 + NoteMs);
                }

                failures = 0;
                health.Well($"{Name} {own.Department}");
                if (page.Count == 0)
                {
                    await log.Wait(position, ct);
                }
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                health.Ill($"{Name} {own.Department}", failure.Message);
                await Task.Delay(Backoff.After(failures++), ct);
            }
        }
    }

    /// <summary>
    /// Tries again what was set aside: all of it at the start, because a newer build may know what the older did not, then what is due. Ends when an operator has
    /// resumed a department that was stopped.
    /// </summary>
    async Task LookAgain(CancellationToken ct)
    {
        for (var all = true; ; all = false)
        {
            try
            {
                foreach (var stream in await aside.Due(all, ct))
                {
                    await reactions.Redrive(stream, ct);
                }

                if (await listeners.Resumed(ct))
                {
                    logger.LogInformation("A stopped department was resumed: listening begins again");
                    return;
                }
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                logger.LogWarning("What was set aside cannot be tried again now: {Reason}", failure.Message);
            }

            await Task.Delay(LookPoll, ct);
        }
    }

    async Task<Position> Followed(CancellationToken ct)
    {
        var followed = await database.Sql("select transaction, position from journal.followed where name = 'reactions'").Read(reader => reader.GetPosition(0), ct);
        return followed is [var position] ? position : Position.Start;
    }

    async Task Follow(Position position, CancellationToken ct) => await database.Sql("""
        insert into journal.followed (name, transaction, position) values ('reactions', $1, $2)
        on conflict (name) do update set transaction = excluded.transaction, position = excluded.position
        """, position).Run(ct);
}
