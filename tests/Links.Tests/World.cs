using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.Views;

namespace CrmSuite.Links.Tests;

/// <summary>
/// The whole company in memory: every noun, reaction and view of all departments as they are, on one history. Positions, times and ids follow from the step, so that
/// two worlds that go the same steps have the same rows.
/// </summary>
sealed class World
{
    const int EventsOfStepMax = 1_000;

    static readonly DateTime Day = new(2026, 1, 1, 8, 0, 0, DateTimeKind.Utc);
    static readonly Assembly[] Departments = [.. new[] { "Acquisition", "Sales", "Service", "Loyalty", "Analytics" }.Select(name => Assembly.Load($"CrmSuite.{name}"))];

    static readonly ILookup<Type, Action<World, Recorded>> Reactions = Implementing(typeof(IWhen<,>))
        .ToLookup(found => found.Arguments[0], found => Make<Action<World, Recorded>>(nameof(Reaction), [.. found.Arguments, found.Type]));

    readonly Dictionary<(string Category, Guid Id), List<Recorded>> streams = [];
    int step;
    int events;

    /// <summary>Every fact of every department, in order.</summary>
    public List<Recorded> Log { get; } = [];

    /// <summary>Business time of the step.</summary>
    public DateTime Now => Day.AddMinutes(step);

    /// <summary>Begins a step.</summary>
    public void Begin(int number) => (step, events) = (number, 0);

    /// <summary>What a noun decides, and what the departments' reactions make of it; a refusal changes nothing.</summary>
    public bool Decide<TState>(Guid id, Func<TState, Decision> decide, ViaLink? via = null) where TState : class, IFold<TState>
    {
        var stream = streams.TryGetValue((TState.Category, id), out var known) ? known : streams[(TState.Category, id)] = [];
        var decision = decide(stream.Aggregate(TState.Initial, (state, entry) => TState.Evolve(state, entry.Event)));
        var entries = decision.Events.Select((fact, index) => Entry(TState.Category, id, stream.Count + index, fact, via)).ToList();
        stream.AddRange(entries);
        Log.AddRange(entries);
        foreach (var entry in entries)
        {
            foreach (var reaction in Reactions[entry.Event.GetType()])
            {
                reaction(this, entry);
            }
        }

        return entries.Count > 0;
    }

    /// <summary>The group of a customer as a department knows it.</summary>
    public Group GroupOf(string department, Guid customer) => Group.Of(customer,
        Log.Where(entry => entry.Department == department).GroupBy(entry => (entry.Category, entry.Id))
            .Select(stream => stream.Aggregate((LinkedCustomers.Row?)null, (row, entry) => LinkedCustomers.Fold(entry.Id, row, entry))).OfType<LinkedCustomers.Row>());

    /// <summary>The rows of every view of every department, folded from the facts of a log that are meant.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, string>> Views(Func<Recorded, bool> isMeant) => Implementing(typeof(IView<>)).ToDictionary(
        found => $"{Of(found.Type)} {found.Type.Name}",
        found => Make<Func<List<Recorded>, IReadOnlyDictionary<Guid, string>>>(nameof(Fold), [found.Arguments[0], found.Type])(Followed(found.Type, isMeant)));

    /// <summary>The rows that these facts touch, by view.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<Guid>> Touched(Func<Recorded, bool> isMeant) => Implementing(typeof(IView<>)).ToDictionary(
        found => $"{Of(found.Type)} {found.Type.Name}",
        found => Make<Func<List<Recorded>, IReadOnlySet<Guid>>>(nameof(Keys), [found.Arguments[0], found.Type])(Followed(found.Type, isMeant)));

    /// <summary>A department follows its own journal, Analytics the company's history.</summary>
    List<Recorded> Followed(Type view, Func<Recorded, bool> isMeant) =>
        [.. Log.Where(entry => isMeant(entry) && Of(view) is var department && (department == "analytics" || entry.Department == department))];

    static string Of(Type type) => type.Assembly.GetName().Name!.Split('.')[1].ToLowerInvariant();

    Recorded Entry(string category, Guid id, int version, Event fact, ViaLink? via)
    {
        var number = events++;
        var (name, data, eventId) = (EventNames.Of(fact.GetType()), EventReading.Write(fact), Ids.Derive("event", $"{step}", $"{number}"));
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
        };
    }

    // As services/Bus/Reactions.cs answers a fact: what follows from a fact of a joint card, about the same customer, is of it too.
    static void Reaction<TEvent, TState, TWhen>(World world, Recorded entry) where TEvent : Event where TState : class, IFold<TState> where TWhen : IWhen<TEvent, TState>
    {
        var fact = (TEvent)entry.Event;
        if (TWhen.Target(fact) is { } target)
        {
            var via = entry.Meta.ViaLink is { } link && fact is ICustomerFact concerned ? new ViaLink(link, concerned.CustomerId) : null;
            world.Decide<TState>(target, state => TWhen.Decide(state, new(fact, entry)), via);
        }
    }

    static Dictionary<Guid, string> Fold<TRow, TView>(List<Recorded> log) where TRow : class where TView : IView<TRow>
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

    static HashSet<Guid> Keys<TRow, TView>(List<Recorded> log) where TRow : class where TView : IView<TRow> => log.SelectMany(TView.Keys).ToHashSet();

    // The place of a fact in its stream counts the facts of joint cards before it.
    static string Text(object row)
    {
        var text = JsonSerializer.SerializeToNode(row, row.GetType(), Json.Stored)!.AsObject();
        if (row is Analytics.Customers.CustomerFacts.Row)
        {
            text.Remove("version");
        }

        return text.ToJsonString();
    }

    static T Make<T>(string method, Type[] arguments) where T : Delegate =>
        typeof(World).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(arguments).CreateDelegate<T>();

    static IEnumerable<(Type Type, Type[] Arguments)> Implementing(Type shape) =>
        from type in Departments.SelectMany(assembly => assembly.GetTypes())
        where type is { IsInterface: false, IsGenericTypeDefinition: false }
        from face in type.GetInterfaces()
        where face.IsGenericType && face.GetGenericTypeDefinition() == shape
        select (type, face.GetGenericArguments());
}
