namespace CrmSuite.Benchmarks;

/// <summary>Resident memory of a Sales process, fresh and after full load, beside a Kestrel host that only says hello.</summary>
static class Remembering
{
    const int Connections = 32;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public static async Task Run(Bench bench)
    {
        var ground = bench.Ground;
        var rounds = await bench.Interleave(
            ("hello", () => Hello(ground)),
            ("service, idle", () => Sales(ground, TimeSpan.Zero)),
            ("service, loaded", () => Sales(ground, bench.Options.MemoryLength)));
        bench.Goal("15 memory of a service, idle", "MB", rounds, "service, idle", "hello", 1.7, 1.4, atMost: true);
        bench.Goal($"15 memory of a service after {bench.Options.MemoryLength.TotalSeconds:0} s of full load", "MB", rounds, "service, loaded", "hello", 3, 2, atMost: true);
    }

    static async Task<Figure> Hello(Ground ground)
    {
        await using var host = await ground.Start("tests/Benchmarks", "/", [], "serve", "hello");
        await Task.Delay(Pause);
        return new(host.ResidentMb);
    }

    static async Task<Figure> Sales(Ground ground, TimeSpan length)
    {
        var sales = await Department.Start(ground);
        await using var host = sales.Host;
        await using var gateway = sales.Gateway;
        if (length > TimeSpan.Zero)
        {
            await Load.Run(Connections, length, _ => HttpCaller.Open(sales.Host.Url + "/orders", sales.Token, Facts.Body));
        }
        else
        {
            await Task.Delay(Pause);
        }

        return new(host.ResidentMb);
    }
}
