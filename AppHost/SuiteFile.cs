using System.Text.Json;
using CrmSuite.Hosting;

namespace CrmSuite.AppHost;

/// <summary>
/// <c>suite.json</c> in the data folder, readable by its owner alone: what a script needs to talk to the running suite. It is there
/// while the suite is healthy and serving, from the first moment all of it was.
/// </summary>
sealed class SuiteFile(DataFolder data, IDistributedApplicationBuilder builder, SignIn signIn)
{
    const string Name = "suite.json";

    static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public void Write()
    {
        var projects = builder.Resources.OfType<ProjectResource>().Where(p => !p.RunsToCompletion).ToArray();
        var databases = builder.Resources.OfType<PostgresDatabaseResource>().ToArray();
        var broker = builder.Resources.OfType<RabbitMQServerResource>().Single();
        data.WritePrivate(Name, JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Gateway = signIn.Address,
                Client = new { Id = SignIn.ScriptClient, Secret = signIn.ScriptSecret },
                Services = projects.ToDictionary(p => p.Name, p => p.Endpoint),
                Databases = databases.ToDictionary(d => d.Name, d => d.ConnectionString),
                Owners = databases.ToDictionary(d => d.Name, d => d.OwnerConnectionString),
                Readers = databases.SelectMany(d => d.Readers.Select(role => (Role: role, Uri: d.UriAs(role)))).ToDictionary(r => r.Role, r => r.Uri),
                RabbitMQ = broker.ConnectionString,
                EventStore = projects.Single(p => p.Name == "eventstore").EventStoreConnection(),
            },
            Readable));
    }

    public void Remove() => File.Delete(data[Name]);
}

/// <summary>How clients of the event store's protocol reach it.</summary>
static class EventStoreAddress
{
    public static string EventStoreConnection(this ProjectResource eventstore) => $"esdb://127.0.0.1:{eventstore.Ports["grpc"]}?tls=false";
}
