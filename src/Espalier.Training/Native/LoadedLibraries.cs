namespace Espalier.Training.Native;

/// <summary>Which shared libraries this process has in memory; known on Linux alone.</summary>
internal static class LoadedLibraries
{
    /// <summary>The file of a library in this process, or null where it is not loaded or the system does not tell.</summary>
    /// <param name="file">Its file name, whole or up to a dot: <c>libstdc++.so</c> finds <c>libstdc++.so.6.0.30</c>.</param>
    public static string? Find(string file) => OperatingSystem.IsLinux() ? FindIn(File.ReadLines("/proc/self/maps"), file) : null;

    /// <summary>The same in the lines of a memory map, in which the path is the last column: all from the first slash on.</summary>
    internal static string? FindIn(IEnumerable<string> memoryMap, string file)
    {
        foreach (var line in memoryMap)
        {
            var slash = line.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0) continue;
            var path = line[slash..];
            var name = Path.GetFileName(path.AsSpan());
            if (name.StartsWith(file, StringComparison.Ordinal) && (name.Length == file.Length || name[file.Length] == '.')) return path;
        }

        return null;
    }
}
