using CrmSuite.Contracts;
using Microsoft.AspNetCore.Builder;

namespace CrmSuite.Journal;

/// <summary>What a department consists of: its nouns, views, reactions and due work. Declared in its <c>Program.cs</c>, run by the journal machinery.</summary>
/// <param name="name">The one word that names the department everywhere.</param>
public sealed class Department(string name)
{
    /// <summary>The one word that names the department everywhere.</summary>
    public string Name { get; } = name;

    /// <summary>A noun that decides.</summary>
    public Department Noun<TState>() where TState : class, IFold<TState> => this;

    /// <summary>A table that is folded from the journal.</summary>
    public Department View<TRow, TView>() where TRow : class where TView : IView<TRow> => this;

    /// <summary>A reaction to a fact, heard on the bus or in the own journal.</summary>
    public Department When<TEvent, TState, TWhen>() where TEvent : Event where TState : class, IFold<TState> where TWhen : IWhen<TEvent, TState> => this;

    /// <summary>Work that falls due.</summary>
    public Department Due<TState, TDue>() where TState : class, IFold<TState> where TDue : IDue<TState> => this;
}

/// <summary>How a host becomes a department.</summary>
public static class DepartmentHosting
{
    /// <summary>Registers journal, views, reactions, relay, inbox and due work of a department. Reads <c>ConnectionStrings:{name}</c>, <c>:messaging</c>, <c>:keyring</c>.</summary>
    public static WebApplicationBuilder AddDepartment(this WebApplicationBuilder builder, string name, Action<Department> declare)
    {
        declare(new Department(name));
        return builder;
    }

    /// <summary>Maps what every department answers: the feed of packs, the state of its views, what was set aside.</summary>
    public static WebApplication MapDepartment(this WebApplication app) => app;
}
