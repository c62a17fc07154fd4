using System.Reflection;
using System.Text.RegularExpressions;
using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.Views;

namespace CrmSuite.Architecture.Tests;

/// <summary>The laws of design.md §13 that can be held without running anything.</summary>
public sealed partial class LawTests
{
    static readonly Assembly[] Departments = [.. Repository.Departments.Append("Analytics").Select(name => Assembly.Load($"CrmSuite.{name}"))];

    // What departments have in common decides and folds too.
    static readonly Assembly[] Deciding = [.. Departments, typeof(LinkedCustomers).Assembly];

    static readonly string[] Clocks = ["System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid", "System.Guid.CreateVersion7"];

    static readonly string[] Worlds = ["System.Random", "System.Diagnostics.Stopwatch", "System.Environment", "System.TimeProvider", "System.IO.", "System.Net.", "System.Threading.", "Npgsql.",
        "Dapper.", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "System.Console", "System.Security.Cryptography.RandomNumberGenerator"];

    [Fact]
    public void Departments_meet_only_in_contracts() => Assert.Empty(
        from department in Departments
        from reference in department.GetReferencedAssemblies()
        where Departments.Any(other => other != department && other.GetName().Name == reference.Name)
        select $"{department.GetName().Name} references {reference.Name}");

    [Fact]
    public void The_published_language_references_no_package()
    {
        Assert.DoesNotContain("PackageReference", Repository.Read("contracts", "CrmSuite.Contracts.csproj"), StringComparison.Ordinal);
        Assert.DoesNotContain("ProjectReference", Repository.Read("contracts", "CrmSuite.Contracts.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_decider_is_pure() => Assert.Empty(
        from type in Implementing(typeof(IFold<>), typeof(IDue<>), typeof(IWhen<,>))
        from call in Calls.Of(type, _ => true)
        where IsImpure(call)
        select $"{type.FullName} calls {call}");

    [Fact]
    public void A_fold_of_a_view_is_pure() => Assert.Empty(
        from type in Implementing(typeof(IView<>))
        from call in Calls.Of(type, method => method is "Keys" or "Fold" || method.StartsWith("<Keys>", StringComparison.Ordinal) || method.StartsWith("<Fold>", StringComparison.Ordinal))
        where IsImpure(call)
        select $"{type.FullName} calls {call}");

    [Fact]
    public void A_stored_event_name_is_department_noun_verb_and_version() => Assert.All(EventNames.All, name => Assert.Matches(EventName(), name));

    [Fact]
    public void Every_event_is_named() => Assert.Empty(
        from type in typeof(Event).Assembly.GetTypes()
        where type.IsSubclassOf(typeof(Event)) && !type.IsAbstract && type.GetCustomAttribute<EventNameAttribute>() is null
        select type.FullName);

    [Fact]
    public void No_float_travels_in_the_published_language() => Assert.Empty(
        from type in typeof(Event).Assembly.GetTypes()
        where type.IsSubclassOf(typeof(Event)) || type == typeof(Money)
        from property in type.GetProperties()
        where property.PropertyType == typeof(float) || property.PropertyType == typeof(float?)
            || ((property.PropertyType == typeof(double) || property.PropertyType == typeof(double?)) && !IsStatistic(type))
        select $"{type.Name}.{property.Name}");

    [Fact]
    public void Every_event_has_a_reader_or_a_reason()
    {
        var readers = string.Concat(Repository.Files(".cs", "services").Where(file => !IsNoun(file)).Select(File.ReadAllText));
        var reasons = Repository.Read("contracts", "README.md");
        Assert.Empty(
            from name in EventNames.All
            let type = EventNames.TypeOf(name)!
            where !typeof(IRetired).IsAssignableFrom(type) && !Regex.IsMatch(readers, $@"\b{type.Name}\b") && !reasons.Contains(name, StringComparison.Ordinal)
            select name);
    }

    [Fact]
    public void A_table_of_a_view_is_known_to_one_file_alone() => Assert.Empty(
        from type in Implementing(typeof(IView<>))
        let table = (string)type.GetProperty("Name", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!
        let owners = Repository.Files(".cs", "services").Where(file => Regex.IsMatch(File.ReadAllText(file), $@"\b{table}\b")).Select(Repository.Relative).ToList()
        where owners.Count > 1
        select $"{table}: {string.Join(", ", owners)}");

    [Fact]
    public void No_error_is_swallowed_in_silence() => Assert.Empty(
        from file in Repository.Files(".cs")
        where EmptyCatch().IsMatch(File.ReadAllText(file))
        select Repository.Relative(file));

    [Fact]
    public void No_test_is_switched_off() => Assert.Empty(
        from file in Repository.Files(".cs", "tests")
        where SwitchedOff().IsMatch(File.ReadAllText(file))
        select Repository.Relative(file));

    static IEnumerable<Type> Implementing(params Type[] shapes) =>
        from assembly in Deciding
        from type in assembly.GetTypes()
        where !type.IsInterface && type.GetInterfaces().Any(face => face.IsGenericType && shapes.Contains(face.GetGenericTypeDefinition()))
        select type;

    static bool IsImpure(string call) => Clocks.Contains(call) || (Array.Exists(Worlds, world => call.StartsWith(world, StringComparison.Ordinal)) && !call.StartsWith("System.Environment.get_CurrentManagedThreadId", StringComparison.Ordinal));

    // Probabilities and parameters of models are statistics, neither money nor points.
    static bool IsStatistic(Type type) => type.Namespace == "CrmSuite.Contracts.Analytics";

    static bool IsNoun(string file) => File.ReadAllText(file).Contains(": IFold<", StringComparison.Ordinal);

    [GeneratedRegex(@"^[a-z]+\.[a-z]+-[a-z]+(-[a-z]+)*\.[1-9][0-9]*$")]
    private static partial Regex EventName();

    [GeneratedRegex(@"catch(\s*\([^)]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\[(Fact|Theory)\(.*\bSkip\s*=")]
    private static partial Regex SwitchedOff();
}
