using System.Reflection;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Views;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrmSuite.Departments;

/// <summary>What a department consists of: its nouns, views, reactions and due work. Declared in its <c>Program.cs</c>, run by the journal machinery.</summary>
/// <param name="name">The one word that names the department everywhere.</param>
/// <param name="services">The host's services: what a department is declared with brings its own.</param>
public sealed class Department(string name, IServiceCollection services)
{
    readonly List<string> nouns = [];

    /// <summary>The one word that names the department everywhere.</summary>
    public string Name { get; } = name;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>The categories of its nouns, <c>department.noun</c>.</summary>
    public IReadOnlyList<string> Nouns => nouns;

    /// <summary>Where the numbered SQL of its database is embedded.</summary>
    public Assembly[] Schemas { get; private set; } = [typeof(IJournal).Assembly];

    /// <summary>More tables than the journal's: numbered SQL embedded in the assembly of this type.</summary>
    public Department Schema<TAnchor>()
    {
        Schemas = [.. Schemas, typeof(TAnchor).Assembly];
        return this;
    }

    /// <summary>A noun that decides.</summary>
    public Department Noun<TState>() where TState : class, IFold<TState>
    {
        if (!TState.Category.StartsWith(Name + ".", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{TState.Category} is not a noun of {Name}.");
        }

        nouns.Add(TState.Category);
        return this;
    }

    /// <summary>A table that is folded from the journal.</summary>
    public Department View<TRow, TView>() where TRow : class where TView : IView<TRow>
    {
        Services.AddView<TRow, TView>();
        return this;
    }

    /// <summary>
    /// A reaction to a fact, heard on the bus or in the own journal. It answers what is heard from now on; a department that was not heard before is heard from its
    /// first fact. The class's name is part of the claim: renamed, it would answer a fact again that is heard again.
    /// </summary>
    public Department When<TEvent, TState, TWhen>() where TEvent : Event where TState : class, IFold<TState> where TWhen : IWhen<TEvent, TState>
    {
        Services.AddReaction<TEvent, TState, TWhen>();
        return this;
    }

    /// <summary>A process: work of the department's own that follows from what is so, on one replica at a time.</summary>
    public Department Process<TProcess>() where TProcess : class, IHostedService
    {
        Services.AddHostedService<TProcess>();
        return this;
    }

    /// <summary>A reaction that reads before it decides, perhaps on several nouns.</summary>
    public Department When<TEvent, TWhen>() where TEvent : Event where TWhen : IWhen<TEvent>
    {
        Services.AddReaction<TEvent, TWhen>();
        return this;
    }

    /// <summary>Work that falls due.</summary>
    public Department Due<TState, TDue>() where TState : class, IFold<TState> where TDue : IDue<TState>
    {
        Services.AddDue<TState, TDue>();
        return this;
    }
}
