using CrmSuite.Contracts;
using CrmSuite.Journal;

namespace CrmSuite.Testing;

/// <summary>One stored body of every event of the published language, as it was written when its version was new.</summary>
public static class Samples
{
    const string Prefix = "sample:";

    /// <summary>The stored names that have a sample.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(Samples).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>The events, in today's words.</summary>
    public static IReadOnlyList<Event> Events { get; } = [.. Names.Select(name => EventReading.Read(name, Bytes(name)))];

    /// <summary>The stored bytes of one.</summary>
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(Samples).Assembly.GetManifestResourceStream(Prefix + name) ?? throw new FileNotFoundException($"{name} has no sample.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
