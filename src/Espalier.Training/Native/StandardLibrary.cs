using System.Runtime.InteropServices;
using Espalier.Vision;

namespace Espalier.Training.Native;

/// <summary>The C++ standard library that this process uses: GCC's libstdc++ on Linux.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Versions">The symbol versions that it offers.</param>
internal sealed record StandardLibrary(string Path, IReadOnlySet<string> Versions)
{
    /// <summary>The name under which libraries ask for it.</summary>
    public const string FileName = "libstdc++.so.6";

    private const string VersionPrefix = "GLIBCXX_3.4.";

    /// <summary>The number after GLIBCXX_3.4. of the newest version, 30 on Debian 12; 0 where it names none.</summary>
    public int Newest => Versions
        .Select(version => version.StartsWith(VersionPrefix, StringComparison.Ordinal) && int.TryParse(version.AsSpan(VersionPrefix.Length), out var number) ? number : 0)
        .DefaultIfEmpty(0)
        .Max();

    /// <summary>The library of this process, loaded if it was not yet; null off Linux, or where there is none.</summary>
    /// <exception cref="EspalierException">The file is damaged.</exception>
    public static StandardLibrary? OfThisProcess()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(FileName, out _)) return null;
        return FindIn(File.ReadLines("/proc/self/maps")) is { } path ? new StandardLibrary(path, ElfFile.Parse(File.ReadAllBytes(path), path).DefinedVersions) : null;
    }

    /// <summary>The library's path in a process's memory map: the last column of a line, from its first slash on.</summary>
    internal static string? FindIn(IEnumerable<string> memoryMap)
    {
        foreach (var line in memoryMap)
        {
            var slash = line.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0) continue;
            var path = line[slash..];
            if (System.IO.Path.GetFileName(path).StartsWith("libstdc++.so", StringComparison.Ordinal)) return path;
        }

        return null;
    }
}
