using System.Globalization;

namespace CrmSuite.Demo;

/// <summary>
/// Business time, driven: stories wait for their instants; the clock goes on to the next day when all that the day asks of them is done. A few run at once, the
/// earliest first.
/// </summary>
/// <param name="start">The first day of the quarter, at midnight UTC.</param>
/// <param name="atOnce">How many stories run at once.</param>
sealed class Clock(DateTime start, int atOnce)
{
    readonly Lock gate = new();
    readonly PriorityQueue<TaskCompletionSource, (DateTime, long)> waiting = new();
    readonly List<Task> stories = [];
    TaskCompletionSource quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    DateTime until = DateTime.MinValue;
    long order;
    int busy;

    /// <summary>The first day of the quarter, at midnight UTC.</summary>
    public DateTime Start => start;

    /// <summary>The day of the quarter on which it stands, from 0.</summary>
    public int Day { get; private set; } = -1;

    /// <summary>How many stories there are.</summary>
    public int Count => stories.Count;

    /// <summary>How many stories have come to their end.</summary>
    public int Told { get; private set; }

    /// <summary>A day of the quarter as it is written.</summary>
    public string Date(long day) => DateOnly.FromDateTime(start).AddDays((int)day).ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Begins a story; it runs when the clock does.</summary>
    public void Begin(Func<Task> story) => stories.Add(Run(story));

    /// <summary>Waits until it is that time, and a place is free.</summary>
    public Task Until(DateTime at)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue(turn, (at, order++));
            busy--;
            Release();
        }

        return turn.Task;
    }

    /// <summary>Goes through the days; after each one, when all is done, that is told.</summary>
    /// <param name="from">The first day, counted from the start of the quarter; what is earlier belongs to it.</param>
    /// <param name="days">How many days the quarter has.</param>
    /// <param name="endOfDay">What is done at a day's end.</param>
    public async Task Go(int from, int days, Func<DateTime, Task> endOfDay)
    {
        for (Day = from; Day < days; Day++)
        {
            Task done;
            lock (gate)
            {
                until = start.AddDays(Day + 1);
                quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
                done = quiet.Task;
                Release();
            }

            await done;
            // A story that failed has come to no rest: its failure is everybody's.
            if (stories.Find(story => story.IsFaulted || story.IsCanceled) is { } failed)
            {
                await failed;
            }

            await endOfDay(until);
        }
    }

    async Task Run(Func<Task> story)
    {
        lock (gate)
        {
            busy++;
        }

        try
        {
            await Until(DateTime.MinValue);
            await story();
        }
        finally
        {
            lock (gate)
            {
                busy--;
                Told++;
                Release();
            }
        }
    }

    void Release()
    {
        while (busy < atOnce && waiting.TryPeek(out _, out var first) && first.Item1 < until)
        {
            busy++;
            waiting.Dequeue().SetResult();
        }

        if (busy == 0 && !(waiting.TryPeek(out _, out var next) && next.Item1 < until))
        {
            quiet.TrySetResult();
        }
    }
}
