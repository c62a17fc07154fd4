using System.Reflection;
using System.Text;
using System.Text.Json;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Views;
using Xunit;

namespace CrmSuite.Testing;

/// <summary>Events as a reader finds them in a journal, for tests of folds and reactions.</summary>
public static class Entries
{
    /// <summary>The events of one stream, each with its business time; the first has version 0.</summary>
    public static IReadOnlyList<Recorded> Of<TState>(Guid id, params (DateTime At, Event Fact)[] facts) where TState : class, IFold<TState> =>
        [.. facts.Select((fact, version) => Entry(TState.Category, id, version, fact.At, fact.Fact))];

    /// <summary>What a view makes of one stream.</summary>
    public static TRow? Fold<TState, TRow, TView>(Guid id, params (DateTime At, Event Fact)[] facts)
        where TState : class, IFold<TState> where TRow : class where TView : IView<TRow>
    {
        TRow? row = null;
        foreach (var entry in Of<TState>(id, facts))
        {
            Assert.Equal([id], TView.Keys(entry));
            row = TView.Fold(id, row, entry);
        }

        Assert.All(Samples.Events.Select((fact, version) => Entry("other.noun", id, version, DateTime.UnixEpoch, fact)), entry => Assert.Empty(TView.Keys(entry)));
        return row;
    }

    /// <summary>An event as a reaction hears it, from another department; personal fields are open, as the machinery opens them.</summary>
    public static Heard<TEvent> Heard<TEvent>(TEvent fact, DateTime at) where TEvent : Event
    {
        var name = EventNames.Of(typeof(TEvent));
        return new(fact, Entry(name[..name.IndexOf('-', StringComparison.Ordinal)], Ids.Derive("heard", name), 0, at, fact));
    }

    static Recorded Entry(string category, Guid id, int version, DateTime at, Event fact)
    {
        var (name, data) = (EventNames.Of(fact.GetType()), EventReading.Write(Clearly.Sealed(fact)));
        var command = Ids.Derive("command", $"{id}", $"{version}");
        var meta = new Meta(new("staff", "u-17"), command, null, null, null, new(command)).ToBytes();
        return new()
        {
            Position = new(1, version),
            Category = category,
            Id = id,
            Version = version,
            EventId = Ids.Derive("event", $"{id}", $"{version}"),
            Name = name,
            Data = data,
            MetaBytes = meta,
            OccurredAt = at,
            RecordedAt = at,
            ContentHash = ContentHash.Of(name, data, meta),
        };
    }
}

/// <summary>Seals personal fields as the journal does before it writes, but so that a test can read them. A field must name its person.</summary>
public static class Clearly
{
    static readonly JsonSerializerOptions Open = new(Json.Stored) { Converters = { new ClearPersonalDataConverter() } };

    /// <summary>The fact as a journal would store it.</summary>
    public static Event Sealed(Event fact)
    {
        var node = JsonSerializer.SerializeToNode(fact, fact.GetType(), Open)!.AsObject();
        foreach (var field in fact.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.PropertyType == typeof(PersonalData)))
        {
            if (field.GetValue(fact) is PersonalData value)
            {
                Assert.NotEqual(Guid.Empty, value.Person);
                var text = value.Sealed ?? Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Clear!));
                node[JsonNamingPolicy.CamelCase.ConvertName(field.Name)] = JsonSerializer.SerializeToNode(value with { Sealed = text }, Json.Stored);
            }
        }

        return (Event)node.Deserialize(fact.GetType(), Json.Stored)!;
    }
}
