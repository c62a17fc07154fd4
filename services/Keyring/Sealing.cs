using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using CrmSuite.Contracts;

namespace CrmSuite.Keyring;

/// <summary>Seals the personal fields of events before they are written, and opens them for those who may see them.</summary>
/// <param name="keyring">The keys.</param>
public sealed class Sealing(Keyring keyring)
{
    sealed record Field(PropertyInfo Property, string Name);

    static readonly ConcurrentDictionary<Type, Field[]> Fields = new();
    static readonly MethodInfo Clone = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Whether events of this type carry personal fields at all.</summary>
    public static bool IsPersonal(Type type) => FieldsOf(type).Length > 0;

    /// <summary>Whether a personal field of the event is sealed.</summary>
    public static bool IsClosed(Event fact) => Personal(fact).Any(pair => pair.Value.Clear is null);

    /// <summary>The same event with every personal field sealed under the key of its person; the field of an erased person is left out.</summary>
    /// <param name="fact">The event, with clear fields that name their person.</param>
    /// <param name="eventId">The id under which it will be stored.</param>
    /// <exception cref="KeyringUnavailableException">The keyring does not answer; nothing may be written.</exception>
    /// <exception cref="InvalidOperationException">A field names no person: a bug of the decider.</exception>
    public async Task<Event> Seal(Event fact, Guid eventId, CancellationToken ct)
    {
        var open = Personal(fact).Where(pair => pair.Value.Sealed is null).ToList();
        if (open.Count == 0)
        {
            return fact;
        }

        if (open.Find(pair => pair.Value.Person == Guid.Empty) is { Value: not null } nobody)
        {
            throw new InvalidOperationException($"{fact.GetType().Name}.{nobody.Field.Property.Name} names no person.");
        }

        var keys = await keyring.Ensure(open.Select(pair => pair.Value.Person), ct);
        return With(fact, open, (field, value) => keys[value.Person].Seal(value.Clear!, eventId, field.Name) is { } text ? value with { Clear = null, Sealed = text } : null);
    }

    /// <summary>The same event with every personal field open, where the key lives; the field of an erased person is left out.</summary>
    /// <exception cref="KeyringUnavailableException">The keyring does not answer, or holds no row for a sealed field.</exception>
    public async Task<Event> Open(Event fact, Guid eventId, CancellationToken ct) => (await Open([(fact, eventId)], ct))[0];

    /// <summary>The same for many events, with one question to the keyring.</summary>
    /// <exception cref="KeyringUnavailableException">The keyring does not answer, or holds no row for a sealed field.</exception>
    public async Task<IReadOnlyList<Event>> Open(IReadOnlyList<(Event Fact, Guid EventId)> facts, CancellationToken ct)
    {
        var closed = facts.Select(item => Personal(item.Fact).Where(pair => pair.Value is { Clear: null, Sealed: not null }).ToList()).ToList();
        var persons = closed.SelectMany(fields => fields.Select(pair => pair.Value.Person)).ToList();
        var keys = persons.Count == 0 ? new Dictionary<Guid, PersonKey>() : await keyring.Find(persons, ct);
        return [.. facts.Zip(closed, (item, fields) => fields.Count == 0 ? item.Fact : With(item.Fact, fields, (field, value) =>
            !keys.TryGetValue(value.Person, out var key)
                ? throw new KeyringUnavailableException("The keyring holds no row for a person whose fields are sealed.")
                : key.Unseal(value.Sealed!, item.EventId, field.Name) is { } clear ? value with { Clear = clear } : null))];
    }

    /// <summary>The persons whose fields the event carries.</summary>
    public static IEnumerable<Guid> Persons(Event fact) => Personal(fact).Select(pair => pair.Value.Person);

    static IEnumerable<(Field Field, PersonalData Value)> Personal(Event fact) =>
        from field in FieldsOf(fact.GetType())
        let value = (PersonalData?)field.Property.GetValue(fact)
        where value is not null
        select (field, value);

    static Event With(Event fact, List<(Field Field, PersonalData Value)> fields, Func<Field, PersonalData, PersonalData?> change)
    {
        // Records are frozen for everybody but this: a copy is made and only its personal fields are set, through their init accessors.
        var copy = (Event)Clone.Invoke(fact, null)!;
        foreach (var (field, value) in fields)
        {
            field.Property.SetValue(copy, change(field, value));
        }

        return copy;
    }

    static Field[] FieldsOf(Type type) => Fields.GetOrAdd(type, static t =>
        [.. t.GetProperties().Where(property => property.PropertyType == typeof(PersonalData)).Select(property => new Field(property, JsonNamingPolicy.CamelCase.ConvertName(property.Name)))]);
}
