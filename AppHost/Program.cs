using CrmSuite.AppHost;
using CrmSuite.Hosting;

// The suite on one page: what runs, and who stands on what.
if (Options.Parse(args) is not { } options)
{
    return 2;
}
var builder = DistributedApplication.CreateBuilder(new() { DataDirectory = options.Data });

// Three PostgreSQL instances: a long reader of history never holds back the journals' fence, and the keys of persons lie apart.
var journals = builder.AddPostgres("journals");
var history = builder.AddPostgres("history");
var keyring = builder.AddPostgres("keyring").AddDatabase("keyring");
var messaging = builder.AddRabbitMQ("messaging").WithTopology("../contracts/topology.json");

var master = builder.AddParameter("keyring-master", SignIn.Key);
var gateway = builder.AddProject("gateway", "../gateway/CrmSuite.Gateway.csproj");
var signIn = new SignIn(builder, gateway);

// The company store: one history of everything, on its own gRPC port.
var eventstore = Host("eventstore", "../services/EventStore/CrmSuite.EventStore.csproj", history.AddDatabase("eventstore")).WithHttp2Endpoint("grpc")
    .WithEnvironment("Verify__Folder", () => DistributedApplicationBuilder.DataOf(builder)["verify"]);   // Signed heads lie outside the database they speak of.

// Four departments on one skeleton: a journal each, the bus between them, the keys of persons beside them.
var acquisition = Host("acquisition", "../services/Acquisition/CrmSuite.Acquisition.csproj", journals.AddDatabase("acquisition"), keyring);
var sales = Host("sales", "../services/Sales/CrmSuite.Sales.csproj", journals.AddDatabase("sales"), keyring);
var service = Host("service", "../services/Service/CrmSuite.Service.csproj", journals.AddDatabase("service"), keyring);
var loyalty = Host("loyalty", "../services/Loyalty/CrmSuite.Loyalty.csproj", journals.AddDatabase("loyalty"), keyring);

// The fifth reads the event store and tells the others what it finds.
var analytics = Host("analytics", "../services/Analytics/CrmSuite.Analytics.csproj", history.AddDatabase("analytics").WithReader("analyst"), keyring)
    .WithEnvironment("ConnectionStrings__eventstore", () => eventstore.Resource.EventStoreConnection());

IResourceBuilder<ProjectResource>[] departments = [acquisition, sales, service, loyalty, analytics];
foreach (var host in (IResourceBuilder<ProjectResource>[])[eventstore, .. departments])
{
    gateway.WithReference(host);
    foreach (var other in departments)
    {
        host.WithReference(other);   // A listener pulls a pack that it missed from the department that sealed it.
    }
}

// The door, with the identity provider in a database of its own.
var identity = history.AddDatabase("identity");
gateway.WithHttpEndpoint(options.Port).WithExternalHttpEndpoints().WithHttpHealthCheck("/health/ready")
    .WithReference(identity).WaitFor(identity).WithMigration(identity);
signIn.Seed(options.Demo is not null);

return await new Suite(builder, signIn, options.Demo ?? 0).Run();

IResourceBuilder<ProjectResource> Host(string name, string project, params IResourceBuilder<PostgresDatabaseResource>[] databases)
{
    var host = builder.AddProject(name, project).WithHttpHealthCheck("/health/ready")
        .WithReference(messaging).WaitFor(messaging).WithMigration(databases);
    foreach (var database in databases)
    {
        host.WithReference(database).WaitFor(database);
    }
    if (databases.Contains(keyring))
    {
        host.WithEnvironment("Keyring__Master", master);   // Outside the database whose keys it wraps.
    }
    signIn.Enrol(host);
    return host;
}
