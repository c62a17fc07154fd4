using CrmSuite.Hosting;
using Npgsql;

// A small suite for the tests of the hosting: without arguments a service, with 'migrate' its migration, with 'suite DIR' the AppHost of both.
switch (args)
{
    case ["suite", var data]:
        return await Suite(data);
    case ["migrate"]:
        await Execute(Database("shop-owner"), """
            create table if not exists visits (n int);
            grant select, insert on visits to shop;
            """);
        return 0;
    default:
        await Serve();
        return 0;
}

static async Task<int> Suite(string data)
{
    var builder = DistributedApplication.CreateBuilder(new() { DataDirectory = data });
    var shop = builder.AddPostgres("postgres").AddDatabase("shop");
    var messaging = builder.AddRabbitMQ("messaging").WithTopology("topology.json");
    builder.AddProject("shop", "CrmSuite.StandIn.csproj").WithHttpEndpoint().WithHttpHealthCheck("/health/ready")
        .WithReference(shop).WithReference(messaging).WaitFor(messaging).WithMigration(shop);
    return await builder.Build().RunAsync();
}

static async Task Serve()
{
    var app = WebApplication.CreateSlimBuilder().Build();
    app.MapGet("/health/ready", async () =>
    {
        await Execute(Database("shop"), "insert into visits values (1)");
        return Results.Ok();
    });
    app.MapGet("/environment/{name}", (string name) => Environment.GetEnvironmentVariable(name));
    await app.RunAsync();
}

static string Database(string name) => Environment.GetEnvironmentVariable("ConnectionStrings__" + name)!;

static async Task Execute(string connectionString, string sql)
{
    await using var connection = new NpgsqlConnection(connectionString);
    await connection.OpenAsync();
    await using var command = new NpgsqlCommand(sql, connection);
    await command.ExecuteNonQueryAsync();
}
