using System.Reflection;
using System.Text.RegularExpressions;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Links;
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
           from type in NounsOf(department)
           orderby type.ToString()
           select (department, type.ToString()),
    ];

    [Theory]
    [MemberData(nameof(Nouns))]
    public void From_a_route_to_the_row_a_newcomer_opens_four_files_of_two_projects(string department, string noun)
    {
        var type = Noun(department, noun);
        var routes = Files(type).Where(file => Regex.IsMatch(File.ReadAllText(file), @"\.Map(Post|Put|Delete)\(")).ToList();
        var views = type.Assembly.GetTypes().Where(other => other.Namespace == type.Namespace && IsView(other)).Select(Declared).ToList();
        var decider = Declared(type);
        var events = Assert.Single(Events(type).Select(DeclaredFact).Distinct());
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
        var tests = Repository.Path(["tests", $"{Place(type)[0]}.Tests", .. Place(type)[1..], $"{Name(type)}Tests.cs"]);
        Assert.True(File.Exists(tests), Repository.Relative(tests));
        // Its test needs nothing but the noun itself: no server, no other department.
        Assert.DoesNotMatch("DepartmentService|HttpClient", File.ReadAllText(tests));
    }

    // What a noun decides is told by events of its own name; it may answer with nothing else.
    static IEnumerable<Type> Events(Type noun) =>
        from type in Calls.Of(noun, _ => true).Select(Declaring).Concat(noun.GetGenericArguments())
        where type is { IsAbstract: false } && type.IsSubclassOf(typeof(Event))
        let name = type.GetCustomAttribute<EventNameAttribute>()!.Name
        where name.StartsWith(Category(noun) + "-", StringComparison.Ordinal)
        select type;

    static Type? Declaring(string call) => call[..call.LastIndexOf('.')].TrimEnd('.') is { Length: > 0 } type ? typeof(Event).Assembly.GetType(type) : null;

    static IEnumerable<Type> NounsOf(string department) =>
        Assembly.Load($"CrmSuite.{department}").GetTypes().Where(type => !type.IsInterface && Implements(type, typeof(IFold<>))).Concat(LinksOf(department));

    // The noun of links is written once, and is a department's own by the fact that adopts them.
    static IEnumerable<Type> LinksOf(string department) =>
        from fact in typeof(Event).Assembly.GetTypes()
        where fact.Namespace == $"CrmSuite.Contracts.{department}" && Implements(fact, typeof(ILinkAdopted<>))
        select typeof(AdoptedLink<>).MakeGenericType(fact);

    static bool Implements(Type type, Type shape) => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == shape);

    static string Category(Type noun) => (string)noun.GetProperty("Category", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    static Type Noun(string department, string noun) => NounsOf(department).Single(type => type.ToString() == noun);

    static bool IsView(Type type) => type.IsClass && Implements(type, typeof(IView<>));

    // CrmSuite.Sales.Orders → Sales, Orders; CrmSuite.Links → Links.
    static string[] Place(Type type) => type.Namespace!.Split('.')[1..];

    static string Name(Type type) => type.Name.Split('`')[0];

    static string[] Files(Type type) => Directory.GetFiles(Repository.Path(["services", .. Place(type)]), "*.cs");

    static string Declared(Type type) => Assert.Single(Files(type), file => Declares(file, type));

    static string DeclaredFact(Type fact) => Assert.Single(
        Repository.Files(".cs", "contracts"), file => Declares(file, fact) && File.ReadAllText(file).Contains($"namespace {fact.Namespace};", StringComparison.Ordinal));

    static bool Declares(string file, Type type) => Regex.IsMatch(File.ReadAllText(file), $@"\b(record|class) {Name(type)}\b");

    // services/Sales/Orders/Order.cs → services/Sales; contracts/Sales/OrderEvents.cs → contracts.
    static string Project(string file) => Repository.Relative(file).Split('/') is ["services", var name, ..] ? $"services/{name}" : Repository.Relative(file).Split('/')[0];
}
