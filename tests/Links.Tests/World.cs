using System.Reflection;
using System.Text.Json;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Testing;
using CrmSuite.Views;
using Npgsql;

namespace CrmSuite.Links.Tests;

/// <summary>
/// The whole company in memory: every noun, reaction and view of all departments as they are, on one history. Positions, times and ids follow from the step, so that
/// two worlds that go the same steps have the same rows.
/// </summary>
sealed class World : IJournal
{
    const int EventsOfStepMax = 1_000;

    static readonly DateTime Day = new(2026, 1, 1, 8, 0, 0, DateTimeKind.Utc);
    static readonly string[] Departments = ["acquisition", "sales", "service", "loyalty", "analytics"];

    static readonly IReadOnlyList<Type> Types =
    [
        .. Departments.SelectMany(name => Assembly.Load($"CrmSuite.{char.ToUpperInvariant(name[0])}{name[1..]}").GetTypes()).Where(type =>
            !type.ContainsGenericParameters),
        .. from fact in typeof(Event).Assembly.GetTypes()
           where fact.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(ILinkAdopted<>))
           from reaction in typeof(AdoptedLink<>).GetNestedTypes()
           select reaction.MakeGenericType(fact),
    ];

    static readonly ILookup<Type, Action<World, Recorded>> Reactions = Implementing(typeof(IWhen<,>)).Concat(Implementing(typeof(IWhen<>)))
        .ToLookup(found => found.Arguments[0], found => Make<Action<World, Recorded>>(nameof(Answer), [.. found.Arguments, found.Type]));

    /// <summary>A view of a department, as it is named here, and its row.</summary>
    public static readonly IReadOnlyList<(string Name, string Department, Type View, Type Row)> AllViews =
    [
        .. Implementing(typeof(IView<>)).Select(found => (View: found.Type, Row: found.Arguments[0],
            Department: found.Type.Assembly.GetName().Name!.Split('.')[1].ToLowerInvariant()))
            .Concat(Departments[..^1].Select(department => (View: typeof(LinkedCustomers), Row: typeof(LinkedCustomers.Row), Department: department)))
            .Select(view => ($"{view.Department} {view.View.Name}", view.Department, view.View, view.Row)),
    ];

    readonly Dictionary<(string Category, Guid Id), List<Recorded>> streams = [];
    readonly List<Recorded> log = [];
    int step;
    int events;

    /// <summary>Every fact of every department, in order; personal fields are open.</summary>
    public IReadOnlyList<Recorded> Log => log;

    /// <summary>Business time of the step.</summary>
    public DateTime Now => Day.AddMinutes(step);

    /// <summary>Begins a step.</summary>
    public void Begin(int number) => (step, events) = (number, 0);

    /// <summary>The noun as it stands.</summary>
    public TState State<TState>(Guid id) where TState : class, IFold<TState> =>
        Stream<TState>(id).Aggregate(TState.Initial, (state, entry) => TState.Evolve(state, entry.Event));

    /// <summary>What a noun decides, and what the departments' reactions make of it; a refusal changes nothing.</summary>
    public bool Decide<TState>(Guid id, Func<TState, Decision> decide, ViaLink? via = null) where TState : class, IFold<TState> =>
        Append<TState>(id, decide(State<TState>(id)), via) > 0;

    /// <summary>The group of a customer as a department knows it.</summary>
    public Group GroupOf(string department, Guid customer) => Group.Of(customer,
        log.Where(entry => entry.Department == department && LinkedCustomers.Keys(entry).Any()).GroupBy(entry => (entry.Category, entry.Id))
            .Select(stream => stream.Aggregate((LinkedCustomers.Row?)null, (row, entry) =>
                LinkedCustomers.Fold(entry.Id, row, entry))).OfType<LinkedCustomers.Row>());

    /// <summary>The rows of every view of every department, folded from the facts that are meant.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> Views(Func<Recorded, bool> isMeant) => AllViews.ToDictionary(
        view => view.Name,
        view => Make<Func<IEnumerable<Recorded>, IReadOnlyDictionary<Guid, string>>>(nameof(Fold), [view.Row, view.View])(Followed(view.Department, isMeant)));

    /// <summary>The rows that these facts touch, by view.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<Guid>> Touched(Func<Recorded, bool> isMeant) => AllViews.ToDictionary(
        view => view.Name,
        view => Make<Func<IEnumerable<Recorded>, IReadOnlySet<Guid>>>(nameof(Keys), [view.Row, view.View])(Followed(view.Department, isMeant)));

    Task<Outcome> IJournal.Decide<TState>(Guid id, Cause cause, Func<TState, Decision> decide, CancellationToken ct) =>
        Together([new Deciding<TState>(id, cause, (state, _) => decide(state))]);

    Task<Outcome> IJournal.Decide<TState>(Guid id, Cause cause, Func<TState, DateTime, Decision> decide, CancellationToken ct) =>
        Together([new Deciding<TState>(id, cause, decide)]);

    async Task<IReadOnlyList<Outcome>?> IJournal.DecideAll(IReadOnlyList<Deciding> commands, Func<IReadOnlyList<Outcome>, NpgsqlBatchCommand?> beside,
        CancellationToken ct) =>
        await Task.WhenAll(commands.Select(command => Together([command])));

    async Task<Outcome> IJournal.DecideTogether(Func<CancellationToken, Task<IReadOnlyList<Deciding>>> read, CancellationToken ct) =>
        await Together(await read(ct));

    Task<(TState State, int Version)> IJournal.Load<TState>(Guid id, CancellationToken ct, DateTime? asOf) =>
        Task.FromResult((State<TState>(id), Stream<TState>(id).Count - 1));

    Task<IReadOnlyList<Recorded>> IJournal.Read<TState>(Guid id, CancellationToken ct) => Task.FromResult<IReadOnlyList<Recorded>>(Stream<TState>(id));

    List<Recorded> Stream<TState>(Guid id) where TState : class, IFold<TState> =>
        streams.TryGetValue((TState.Category, id), out var known) ? known : streams[(TState.Category, id)] = [];

    /// <summary>All of it, or nothing where one is refused.</summary>
    Task<Outcome> Together(IReadOnlyList<Deciding> commands)
    {
        var decided = commands.Select(command => Make<Func<World, Deciding, (Decision, Func<int>)>>(nameof(Decided),
            command.GetType().GetGenericArguments())(this, command)).ToList();
        return Task.FromResult<Outcome>(decided.Find(one => one.Item1.Refusal is not null) is ({ Refusal: { } refusal }, _)
            ? new Outcome.Refused(refusal, 409)
            : new Outcome.Accepted(commands[0].Id, 0, log[^1].Position, decided.Sum(one => one.Item2()), Repeated: false) { Category = "" });
    }

    static (Decision Decision, Func<int> Append) Decided<TState>(World world, Deciding deciding) where TState : class, IFold<TState>
    {
        var command = (Deciding<TState>)deciding;
        var decision = command.Decide(world.State<TState>(command.Id), world.Now);
        return (decision, () => world.Append<TState>(command.Id, decision, command.Cause.ViaLink));
    }

    int Append<TState>(Guid id, Decision decision, ViaLink? via) where TState : class, IFold<TState>
    {
        var stream = Stream<TState>(id);
        var entries = decision.Events.Select((fact, index) => Entry(TState.Category, id, stream.Count + index, fact, via)).ToList();
        stream.AddRange(entries);
        log.AddRange(entries);
        foreach (var entry in entries)
        {
            foreach (var answer in Reactions[entry.Event.GetType()])
            {
                answer(this, entry);
            }
        }

        return entries.Count;
    }

    /// <summary>A department follows its own journal, Analytics the company's history.</summary>
    IEnumerable<Recorded> Followed(string department, Func<Recorded, bool> isMeant) =>
        log.Where(entry => isMeant(entry) && (department == "analytics" || entry.Department == department));

    Recorded Entry(string category, Guid id, int version, Event fact, ViaLink? via)
    {
        var number = events++;
        var (name, data, eventId) = (EventNames.Of(fact.GetType()), EventReading.Write(Sealing.IsPersonal(fact.GetType()) ? Clearly.Sealed(fact) : fact),
            Ids.Derive("event", $"{step}", $"{number}"));
        var meta = new Meta(new("staff", "u-17"), eventId, null, null, null, new(eventId)) { ViaLink = via?.On(fact) }.ToBytes();
        return new()
        {
            Position = new(0, (step * EventsOfStepMax) + number),
            Category = category,
            Id = id,
            Version = version,
            EventId = eventId,
            Name = name,
            Data = data,
            MetaBytes = meta,
            OccurredAt = Now,
            RecordedAt = Now,
            ContentHash = ContentHash.Of(name, data, meta),
            PackNo = step + 1,
            Event = fact,
        };
    }

    // As services/Bus/Reactions.cs answers a fact: what follows from a fact of a joint card, about the same customer, is of it too.
    static Cause CauseOf(Recorded entry) => Cause.Rule("rule", entry.EventId, entry.OccurredAt) with
    {
        ViaLink = entry.Meta.ViaLink is { } link && entry.Event is ICustomerFact concerned ? new(link, concerned.CustomerId) : null,
    };

    static void Answer<TEvent, TState, TWhen>(World world, Recorded entry) where TEvent : Event where TState : class, IFold<TState>
        where TWhen : IWhen<TEvent, TState>
    {
        var fact = (TEvent)entry.Event;
        if (TWhen.Target(fact) is { } target)
        {
            world.Decide<TState>(target, state => TWhen.Decide(state, new(fact, entry)), CauseOf(entry).ViaLink);
        }
    }

    static void Answer<TEvent, TWhen>(World world, Recorded entry) where TEvent : Event where TWhen : IWhen<TEvent>
    {
        if (TWhen.Target((TEvent)entry.Event) is not null)
        {
            world.Together(TWhen.Read(new((TEvent)entry.Event, entry), CauseOf(entry), world, default).GetAwaiter().GetResult());
        }
    }

    static Dictionary<Guid, string> Fold<TRow, TView>(IEnumerable<Recorded> log) where TRow : class where TView : IView<TRow>
    {
        var rows = new Dictionary<Guid, TRow>();
        foreach (var entry in log)
        {
            foreach (var key in TView.Keys(entry))
            {
                if (TView.Fold(key, rows.GetValueOrDefault(key), entry) is { } row)
                {
                    rows[key] = row;
                }
                else
                {
                    rows.Remove(key);
                }
            }
        }

        return rows.ToDictionary(pair => pair.Key, pair => Text(pair.Value));
    }

    static HashSet<Guid> Keys<TRow, TView>(IEnumerable<Recorded> log) where TRow : class where TView : IView<TRow> => log.SelectMany(TView.Keys).ToHashSet();

    // The place of a fact in its stream counts the facts of joint cards before it; where a customer's last fact lies in the log may be a link's place.
    static string Text(object row)
    {
        var text = JsonSerializer.SerializeToNode(row, row.GetType(), Json.Stored)!.AsObject();
        if (row is Analytics.Customers.CustomerFacts.Row or Sales.Timelines.Timeline.Row)
        {
            text.Remove("version");
        }
        else if (row is Analytics.Customers.Customer360.Row)
        {
            text.Remove("position");
        }

        return text.ToJsonString();
    }

    static T Make<T>(string method, Type[] arguments) where T : Delegate =>
        Array.Find(typeof(World).GetMethods(BindingFlags.Static | BindingFlags.NonPublic), found =>
            found.Name == method && found.GetGenericArguments().Length == arguments.Length)!
            .MakeGenericMethod(arguments).CreateDelegate<T>();

    static IEnumerable<(Type Type, Type[] Arguments)> Implementing(Type shape) =>
        from type in Types
        where !type.IsInterface
        from face in type.GetInterfaces()
        where face.IsGenericType && face.GetGenericTypeDefinition() == shape
        select (type, face.GetGenericArguments());
}
