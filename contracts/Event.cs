using System.Reflection;

namespace CrmSuite.Contracts;

/// <summary>A fact of one department, past tense, frozen once it is stored. A change of shape is a new version beside it (see <c>Retired/</c>).</summary>
public abstract record Event;

/// <summary>The name under which an event is stored and published: <c>department.noun-verb.version</c>, for example <c>sales.order-placed.1</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventNameAttribute(string name) : Attribute
{
    /// <summary>The stored name; it never changes.</summary>
    public string Name { get; } = name;
}

/// <summary>An old version of an event that is still readable; reading answers what it would be called today.</summary>
public interface IRetired
{
    /// <summary>The same fact in today's words. Stored bytes never change.</summary>
    Event Upcast();
}

/// <summary>All events of the published language, by stored name and by type.</summary>
public static class EventNames
{
    static readonly Dictionary<string, Type> ByName = typeof(Event).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<EventNameAttribute>() is not null)
        .ToDictionary(type => type.GetCustomAttribute<EventNameAttribute>()!.Name);

    static readonly Dictionary<Type, string> ByType = ByName.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Every stored name that this build can read.</summary>
    public static IReadOnlyCollection<string> All => ByName.Keys;

    /// <summary>The record type stored under a name, or null when this build does not know it (an unknown version waits).</summary>
    public static Type? TypeOf(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The stored name of an event type.</summary>
    /// <exception cref="KeyNotFoundException">The type carries no <see cref="EventNameAttribute"/>.</exception>
    public static string Of(Type type) => ByType[type];
}
