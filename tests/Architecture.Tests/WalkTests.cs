using System.Reflection;
using System.Text.RegularExpressions;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Architecture.Tests;

/// <summary>
/// The walk of a newcomer: README of the department, folder of the noun, test of its decider; and from a route to the row that shows what it did he opens at most four
/// files of two projects: the endpoints, the noun, its events, its view.
/// </summary>
public sealed class WalkTests
{
    const int FilesMax = 4;
    const int ProjectsMax = 2;

    public static TheoryData<string, string> Nouns =>
    [
        .. from department in Repository.Departments
           from type in Assembly.Load($"CrmSuite.{department}").GetTypes()
           where !type.IsInterface && type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IFold<>))
           orderby type.FullName
           select (department, type.FullName!),
    ];

    [Theory]
    [MemberData(nameof(Nouns))]
    public void From_a_route_to_the_row_a_newcomer_opens_four_files_of_two_projects(string department, string noun)
    {
        var type = Noun(department, noun);
        var routes = Files(department, type).Where(file => Regex.IsMatch(File.ReadAllText(file), @"\.Map(Post|Put|Delete)\(")).ToList();
        var views = type.Assembly.GetTypes().Where(other => other.Namespace == type.Namespace && IsView(other)).Select(view => Declared(department, view)).ToList();
        var decider = Declared(department, type);
        var events = Assert.Single(Events(type).Select(fact => Declared(fact)).Distinct());
        Assert.All(routes.DefaultIfEmpty(decider), route =>
        {
            Assert.All(views.DefaultIfEmpty(decider), view =>
            {
                string[] walk = [.. new[] { route, decider, events, view }.Distinct()];
                Assert.InRange(walk.Length, 1, FilesMax);
                Assert.InRange(walk.Select(Project).Distinct().Count(), 1, ProjectsMax);
            });
        });
        // All that the noun can decide stands in the one file: none of it is spread over parts.
        Assert.DoesNotContain("partial record", File.ReadAllText(decider), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Nouns))]
    public void A_command_is_understood_by_the_readme_the_folder_and_the_test(string department, string noun)
    {
        var type = Noun(department, noun);
        Assert.Matches($"(?i){Category(type).Split('.')[1]}", Repository.Read("services", department, "README.md"));
        var tests = Repository.Path("tests", $"{department}.Tests", Folder(type), $"{type.Name}Tests.cs");
        Assert.True(File.Exists(tests), Repository.Relative(tests));
        // Its test needs nothing but the noun itself: no server, no other department.
        Assert.DoesNotMatch("DepartmentService|HttpClient", File.ReadAllText(tests));
    }

    // What a noun decides is told by events of its own name; it may answer with nothing else.
    static IEnumerable<Type> Events(Type noun) =>
        from call in Calls.Of(noun, _ => true)
        let declaring = call[..call.LastIndexOf('.')].TrimEnd('.')
        where declaring.Length > 0
        let type = typeof(Event).Assembly.GetType(declaring)
        where type is { IsAbstract: false } && type.IsSubclassOf(typeof(Event))
        let name = type.GetCustomAttribute<EventNameAttribute>()!.Name
        where name.StartsWith(Category(noun) + "-", StringComparison.Ordinal)
        select type;

    static string Category(Type noun) => (string)noun.GetProperty("Category", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    static Type Noun(string department, string noun) => Assembly.Load($"CrmSuite.{department}").GetType(noun)!;

    static bool IsView(Type type) => type.IsClass && type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IView<>));

    static string Folder(Type type) => type.Namespace!.Split('.')[^1];

    static string[] Files(string department, Type type) => Directory.GetFiles(Repository.Path("services", department, Folder(type)), "*.cs");

    static string Declared(string department, Type type) => Assert.Single(Files(department, type), file => Declares(file, type));

    static string Declared(Type fact) => Assert.Single(
        Repository.Files(".cs", "contracts"), file => Declares(file, fact) && File.ReadAllText(file).Contains($"namespace {fact.Namespace};", StringComparison.Ordinal));

    static bool Declares(string file, Type type) => Regex.IsMatch(File.ReadAllText(file), $@"\b(record|class) {type.Name}\b");

    // services/Sales/Orders/Order.cs → services/Sales; contracts/Sales/OrderEvents.cs → contracts.
    static string Project(string file) => Repository.Relative(file).Split('/') is ["services", var name, ..] ? $"services/{name}" : Repository.Relative(file).Split('/')[0];
}
