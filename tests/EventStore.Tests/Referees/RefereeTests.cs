using System.Text.Json.Nodes;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Tests.Protocol;
using CrmSuite.EventStore.Tests.Storage;

namespace CrmSuite.EventStore.Tests.Referees;

/// <summary>The official clients find in our server what they find in EventStoreDB, over whichever store …</summary>
public abstract class RefereeTests
{
    protected abstract IEventStore Store { get; }

    [Theory]
    [InlineData("@eventstore/db-client")]
    [InlineData("@kurrent/kurrentdb-client")]
    public async Task An_official_client_writes_reads_and_follows(string package)
    {
        await using var server = await ProtocolServer.Start(Store);
        var seen = await Referee.Run(package, server.ConnectionString(), $"referee-{Guid.NewGuid():n}");

        Assert.Equal("""{"success":true,"revision":4}""", Json(seen["append"]));
        Assert.Equal("""{"success":true,"revision":4,"samePosition":true}""", Json(seen["retry"]));
        Assert.Equal("""{"success":true,"revision":5}""", Json(seen["singleAppend"]));
        Refused("WrongExpectedVersionError", "wrong-expected-version", seen["wrongVersion"], "4");
        Refused("WrongExpectedVersionError", "wrong-expected-version", seen["wrongVersionSingle"], "5");
        SeesWhatWasWritten(seen);

        Assert.Equal("[0,1,2,3,4,5]", Json(seen["all"]));
        Assert.Equal("[5,4,3,2,1,0]", Json(seen["allBackwards"]));
        Assert.Equal("[true]", Json(seen["fromPosition"]));
        Assert.Equal("[1,3,7]", Json(seen["filtered"]!["paid"]));
        Assert.True((bool)seen["filtered"]!["confirmed"]! && (bool)seen["filtered"]!["caughtUp"]!);
        Assert.True((int)seen["filtered"]!["checkpoints"]! > 0);

        Refused("MaxAppendSizeExceededError", "maximum-append-size-exceeded", seen["large"]);
        Refused("MaxAppendSizeExceededError", "maximum-append-size-exceeded", seen["largeSingle"]);
        Assert.Equal("[6,7]", Json(seen["truncated"]));
        Assert.Equal(2, (int)seen["metadata"]!["maxCount"]!);
        Refused("StreamNotFoundError", "stream-not-found", seen["missing"]);
        Refused("StreamNotFoundError", "stream-not-found", seen["deleted"]);
        Refused("WrongExpectedVersionError", "wrong-expected-version", seen["deleteWrong"], "7");
        Refused("StreamDeletedError", "stream-deleted", seen["tombstoned"]);
        Refused("StreamDeletedError", "stream-deleted", seen["appendToTombstoned"]);
    }

    static void SeesWhatWasWritten(JsonNode seen)
    {
        var forwards = seen["forwards"]!.AsArray();
        Assert.Equal([0, 1, 2, 3, 4, 5], forwards.Select(e => (int)e!["revision"]!));
        Assert.Equal("order-placed", (string)forwards[0]!["type"]!);
        Assert.Equal("""{"n":1}""", Json(forwards[1]!["data"]));
        Assert.Equal("Zoë – 5 %", (string)forwards[1]!["metadata"]!["by"]!);
        Assert.All(forwards.Take(5), e => Assert.True((bool)e!["sameId"]!));
        Assert.Equal("[5,4]", Json(seen["backwards"]));
        Assert.InRange((double)seen["ageSeconds"]!, 0, 300);
    }

    static void Refused(string name, string type, JsonNode? refusal, string? actual = null)
    {
        Assert.NotNull(refusal);
        Assert.Equal((name, type), ((string)refusal["name"]!, (string)refusal["type"]!));
        Assert.True(actual is null || actual == (string)refusal["actual"]!, $"The actual revision was {refusal["actual"]}.");
    }

    static string Json(JsonNode? node) => node!.ToJsonString();
}

/// <summary>… in memory …</summary>
public sealed class RefereeOverMemoryTests : RefereeTests
{
    protected override IEventStore Store { get; } = new InMemoryEventStore();
}

/// <summary>… and in PostgreSQL.</summary>
public sealed class RefereeOverPostgresTests(RunningStore running) : RefereeTests, IClassFixture<RunningStore>
{
    protected override IEventStore Store => running.Store;
}
