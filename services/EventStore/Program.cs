using CrmSuite.EventStore;
using CrmSuite.EventStore.Ingest;
using CrmSuite.EventStore.Storage;
using CrmSuite.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Configuration.AddCommandLine(args, IngestHosting.Switches);
builder.AddServiceDefaults("eventstore");
builder.AddStorage();
builder.AddServer();
builder.AddIngest();

await using var app = builder.Build();
if (await app.Migrated(args))
{
    return 0;
}

if (await app.Verified(args) is { } found)
{
    return found;
}

app.MapDefaultEndpoints();
app.MapServer();
app.MapIngest();
await app.RunAsync();
return 0;
