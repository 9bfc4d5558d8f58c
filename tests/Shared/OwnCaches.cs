using System.Runtime.CompilerServices;

namespace Espalier.Tests;

/// <summary>What tests keep in the user's folder of caches, such as latency tables, stays away from the user's own.</summary>
internal static class OwnCaches
{
    [ModuleInitializer]
    internal static void Choose()
    {
        var folder = Directory.CreateTempSubdirectory("espalier-caches").FullName;
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
