using CrmSuite.Hosting;

namespace CrmSuite.AppHost;

/// <summary>What a person is told when all is healthy: where to go and how to sign in.</summary>
static class Announcement
{
    public static IEnumerable<string> Lines(DataFolder data, SignIn signIn, IDistributedApplicationBuilder builder)
    {
        yield return "";
        yield return $"  CrmSuite      {signIn.Address}";
        yield return $"  API docs      {signIn.Address}/docs";
        foreach (var database in builder.Resources.OfType<PostgresDatabaseResource>().Where(d => d.Readers.Count > 0))
        {
            yield return $"  psql          {database.UriAs(database.Readers[0], withPassword: false)}   (password in {data["suite.json"]})";
        }
        yield return $"  for scripts   {data["suite.json"]}";
        if (!data.HasSecret("administrator-shown"))
        {
            yield return $"  sign in as    admin / {signIn.Administrator.Resource.Value}   (shown this once)";
            data.Secret("administrator-shown");
        }
        if (signIn.Demonstration is { } demonstration)
        {
            yield return $"  or as         sales-agent, sales-manager, analyst, … one user for each role / {demonstration.Resource.Value}";
        }
        yield return "";
    }
}
