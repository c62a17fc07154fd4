using System.Text.RegularExpressions;

namespace CrmSuite.Architecture.Tests;

/// <summary>Knowing one department is knowing all: the same skeleton, the same roles of files, the same budgets.</summary>
public sealed partial class LayoutTests
{
    const int FileLinesMax = 400;
    const int ProgramLinesMax = 40;
    const int ReadmeLinesMax = 20;

    [Fact]
    public void Every_department_is_a_program_a_readme_and_folders_of_nouns() => Assert.Empty(
        from department in Repository.Departments.Append("Analytics")
        from name in (string[])["Program.cs", "README.md", $"CrmSuite.{department}.csproj"]
        where !File.Exists(Repository.Path("services", department, name))
        select $"services/{department}/{name} is missing");

    [Fact]
    public void A_program_is_a_table_of_contents() => Assert.Empty(
        from file in Repository.Files("Program.cs", "services").Append(Repository.Path("gateway", "Program.cs"))
        where Lines(file) > ProgramLinesMax
        select $"{Repository.Relative(file)} has {Lines(file)} lines");

    [Fact]
    public void The_readme_of_a_department_is_read_in_a_minute() => Assert.Empty(
        from department in Repository.Departments
        let file = Repository.Path("services", department, "README.md")
        where Lines(file) > ReadmeLinesMax
        select $"{Repository.Relative(file)} has {Lines(file)} lines");

    [Fact]
    public void A_file_is_a_thought() => Assert.Empty(
        from file in Repository.Files(".cs").Concat(Repository.Files(".mjs"))
        where Lines(file) > FileLinesMax
        select $"{Repository.Relative(file)} has {Lines(file)} lines");

    [Theory]
    [InlineData("Journal", 2_500)]
    [InlineData("Views", 2_500)]
    [InlineData("Bus", 2_500)]
    [InlineData("Departments", 2_500)]
    [InlineData("ServiceDefaults", 600)]
    public void The_machinery_stays_within_its_budget(string project, int linesMax) =>
        Assert.InRange(Repository.Files(".cs", "services", project).Sum(Lines), 1, linesMax);

    [Fact]
    public void Every_file_of_a_noun_has_one_of_the_known_roles() => Assert.Empty(
        from department in Repository.Departments
        from folder in Directory.GetDirectories(Repository.Path("services", department)).Where(IsWritten)
        let noun = Noun(folder)
        from file in Directory.GetFiles(folder, "*.cs").Select(Path.GetFileNameWithoutExtension)
        where !Roles(noun).Any(role => role.IsMatch(file!))
        select $"services/{department}/{Path.GetFileName(folder)}/{file}.cs has no known role");

    [Fact]
    public void Nothing_is_called_common_or_helpers() => Assert.Empty(
        from folder in Directory.EnumerateDirectories(Repository.Root, "*", SearchOption.AllDirectories)
        where IsWritten(folder) && Vague().IsMatch(Path.GetFileName(folder))
        select Repository.Relative(folder));

    [Fact]
    public void Every_noun_and_model_has_tests_of_its_own_name() => Assert.Empty(
        from department in Repository.Departments
        from folder in Directory.GetDirectories(Repository.Path("services", department)).Where(IsWritten)
        let noun = Noun(folder)
        let test = Repository.Path("tests", $"{department}.Tests", Path.GetFileName(folder), $"{noun}Tests.cs")
        where !File.Exists(test)
        select Repository.Relative(test));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("CrmSuite.sln").Replace('\\', '/');
        Assert.All(Repository.Files(".csproj").Select(Repository.Relative), project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_dependency_has_a_line_of_reason()
    {
        var lines = File.ReadAllLines(Repository.Path("Directory.Packages.props"));
        var bare = lines.Zip(lines.Skip(1)).Where(pair =>
            pair.Second.Contains("<PackageVersion", StringComparison.Ordinal) && !pair.First.Contains("<!--", StringComparison.Ordinal) && !pair.First.Contains("<PackageVersion", StringComparison.Ordinal));
        Assert.Empty(bare.Select(pair => pair.Second.Trim()));
    }

    static int Lines(string file) => File.ReadAllLines(file).Length;

    static bool IsWritten(string folder) => !Repository.Relative(folder).Split('/').Any(part => part is "bin" or "obj" or "Properties" or "node_modules" or ".git" or ".data" or "TestResults" or "wwwroot" or "Schema");

    // Orders → Order, Opportunities → Opportunity, Points → the noun file that stands there.
    static string Noun(string folder)
    {
        var plural = Path.GetFileName(folder);
        string[] singular = [plural[..^1], plural.EndsWith("ies", StringComparison.Ordinal) ? plural[..^3] + "y" : plural[..^1]];
        return Array.Find(singular, name => File.Exists(Path.Combine(folder, name + ".cs")))
            ?? Directory.GetFiles(folder, "*.cs").Where(file => File.ReadAllText(file).Contains(": IFold<", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).Single()!;
    }

    // style.md 3.1: noun, endpoints, views and imports of the noun, reactions, processes, and pure models, which are one word.
    static IEnumerable<Regex> Roles(string noun) =>
    [
        new($"^{noun}$"), new($"^{noun}(Endpoints|Import|Process)$"), new($"^(Pii)?{noun}[A-Z][A-Za-z]+$"), new("^When[A-Z][A-Za-z]+$"), new("^[A-Z][A-Za-z]+$"),
    ];

    [GeneratedRegex("^(Common|Core|Shared|Utils?|Utilities|Helpers?|Extensions|BuildingBlocks|Misc)$", RegexOptions.IgnoreCase)]
    private static partial Regex Vague();
}
