using System.Globalization;
using CrmSuite.Benchmarks;

// How fast the suite is, as ratios to what the machine can do at the same moment. README.md says how to read the table.
if (args is ["serve", .. var what])
{
    return await Peers.Serve(what);
}

(string Name, string About, Func<Bench, Task> Run)[] all =
[
    ("door", "goals 1 to 3: a durable order over HTTP, direct and through the gateway", Door.Run),
    ("append", "goals 4 and 5: the library's append beside message-db and a bare INSERT", Appending.Run),
    ("relay", "goal 6: journal to event store over the bus", Relaying.Run),
    ("rebuild", "goals 7 and 8: a view folded again from the first event", Rebuilding.Run),
    ("growth", "goal 14: append and ingest with a long history", Growing.Run),
    ("memory", "goal 15: what a service holds, idle and after full load", Remembering.Run),
    ("start", "goal 16: the whole suite from an empty folder", Starting.Run),
    ("store", "the embedded event store by its protocol", Storing.Run),
    ("lag", "from an accepted order to its row in Analytics", Lagging.Run),
    ("import", "a file of orders until Analytics has it", Importing.Run),
];

if (Options.Parse(args, [.. all.Select(one => one.Name)]) is not { } options)
{
    foreach (var (name, about, _) in all)
    {
        Console.Error.WriteLine($"  {name,-8} {about}");
    }

    return 2;
}

await using var bench = new Bench(options);
foreach (var (name, about, run) in all.Where(one => options.Names.Contains(one.Name)))
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n## {name}: {about}\n"));
    await bench.Measure(run);
}

bench.Print();
return 0;
