using System.Globalization;

namespace CrmSuite.AppHost;

/// <summary>What can be said on the command line.</summary>
/// <param name="Data">Where everything that outlives a run is kept; null = <c>.data</c> beside this project.</param>
/// <param name="Port">The gateway's port.</param>
/// <param name="Demo">
/// How much of the demonstration there is: null = nothing, 0 = one user for each role, up to 100 = that and so many hundredths of a company's quarter.
/// </param>
sealed record Options(string? Data, int Port, int? Demo)
{
    const int GatewayPort = 8080;
    const int Whole = 100;

    /// <summary>Null, after a word on the right use, when something is not understood.</summary>
    public static Options? Parse(string[] args)
    {
        var options = new Options(null, GatewayPort, null);
        for (var next = 0; next < args.Length; next++)
        {
            switch (args[next])
            {
                case "--data" when next + 1 < args.Length:
                    options = options with { Data = Path.GetFullPath(args[++next]) };
                    break;
                case "--port" when next + 1 < args.Length && ushort.TryParse(args[next + 1], CultureInfo.InvariantCulture, out var port) && port > 0:
                    (options, next) = (options with { Port = port }, next + 1);
                    break;
                case "--demo" when next + 1 < args.Length && byte.TryParse(args[next + 1], CultureInfo.InvariantCulture, out var percent) && percent <= Whole:
                    (options, next) = (options with { Demo = percent }, next + 1);
                    break;
                case "--demo":
                    options = options with { Demo = Whole };
                    break;
                default:
                    Console.Error.WriteLine($"'{args[next]}' is not understood. Use: dotnet run --project AppHost [-- [--data DIR] [--port N] [--demo [PERCENT]]]");
                    return null;
            }
        }
        return options;
    }
}
