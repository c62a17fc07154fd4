using System.Text.RegularExpressions;

namespace CrmSuite.Suite.Tests;

/// <summary>The README's ten minutes, typed line by line as they stand.</summary>
public sealed partial class ReadmeTests(SuiteProcess suite) : IClassFixture<SuiteProcess>
{
    [Fact]
    public async Task Ten_minutes_with_it_go_as_the_README_says()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(SuiteProcess.Root, "README.md"));
        var chapter = readme[readme.IndexOf("## Ten minutes with it", StringComparison.Ordinal)..];
        var script = string.Join('\n', Block().Matches(chapter).Select(block => block.Groups[1].Value));
        Assert.NotEmpty(script);
        var (code, output, error) = await Commands.Run(
            "timeout", ["300", "bash", "-eu", "-o", "pipefail", "-c", script], SuiteProcess.Root, new Dictionary<string, string> { ["CRM_DATA"] = suite.Data() });
        Assert.True(code == 0, $"{code}\n{output}\n{error}");
        Assert.Matches("\"read\":6,\"accepted\":5,\"repeated\":0,\"refused\":1", output);
        Assert.Matches("\"line\":7,\"code\":\"field.malformed\"", output);
        Assert.Matches("\"line\":4,\"code\":\"order.unknown\"", output);
        Assert.Matches("shop,I-2,overdue,8050,0,8050,EUR", output);
        Assert.Matches("2024-03-01,EUR,2,2,9640,0,0,1,2000,7640", output);
        Assert.Matches("\"sales.order-placed.1\":4", output);
        Assert.Matches("Total in minor units", output);
    }

    [Fact]
    public async Task Suite_json_is_its_owners_alone_and_gone_when_the_suite_is()
    {
        await using var other = new SuiteProcess();
        await other.InitializeAsync();
        var file = other.Data("suite.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await other.Stop();
        Assert.False(File.Exists(file));
        Assert.Contains("sign in as", other.Output, StringComparison.Ordinal);
        await other.Start();
        await other.Stop(); // So that all that it says is there.
        Assert.DoesNotContain("shown this once", other.Output[other.Output.LastIndexOf("all ", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
