using System.Reflection.PortableExecutable;

namespace CrmSuite.Suite.Tests;

/// <summary>What AppHost starts is compiled ahead of it (AppHost/compile-ahead): without that everything runs too, only slower to start, and nobody would see why.</summary>
public sealed class AheadTests
{
    [Fact]
    public void After_a_build_of_AppHost_every_host_lies_beside_images_of_all_that_is_ours_in_it()
    {
        string[] hosts =
        [
            "AppHost", "gateway",
            .. Directory.GetDirectories(Path.Combine(SuiteProcess.Root, "services")).Where(folder => File.Exists(Path.Combine(folder, "Program.cs")))
                .Select(folder => Path.GetRelativePath(SuiteProcess.Root, folder)),
        ];
        Assert.Equal(8, hosts.Length);
        foreach (var host in hosts)
        {
            var ours = Directory.GetFiles(SuiteProcess.Built(host), "CrmSuite.*.dll");
            Assert.Contains($"CrmSuite.{Path.GetFileName(host)}.dll", ours.Select(Path.GetFileName), StringComparer.OrdinalIgnoreCase);
            Assert.All(ours, assembly => Assert.True(HasImage(assembly), assembly));
        }
    }

    static bool HasImage(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        return file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
