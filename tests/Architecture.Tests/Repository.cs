namespace CrmSuite.Architecture.Tests;

/// <summary>The checkout that the tests were built from, as files.</summary>
static class Repository
{
    public static readonly string Root = Find();

    public static readonly IReadOnlyList<string> Departments = ["Acquisition", "Sales", "Service", "Loyalty"];

    public static readonly IReadOnlyList<string> Hosts = ["eventstore", "acquisition", "sales", "service", "loyalty", "analytics", "gateway"];

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static string Relative(string path) => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static string Read(params string[] parts) => File.ReadAllText(Path(parts));

    /// <summary>The written files of a folder by extension: nothing that a build or an install made.</summary>
    public static IEnumerable<string> Files(string extension, params string[] folder)
    {
        string[] made = ["bin", "obj", "node_modules", ".data", "TestResults", ".git"];
        return Directory.EnumerateFiles(Path(folder), $"*{extension}", SearchOption.AllDirectories)
            .Where(file => !Relative(file).Split('/').Any(made.Contains));
    }

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "CrmSuite.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests do not lie in a checkout.");
    }
}
