namespace Espalier.Datasets.Archives;

/// <summary>Decides whether the path of an entry may be written, the same on every system.</summary>
internal static class EntryPath
{
    // Windows keeps these names for devices, with any ending.
    private static readonly string[] DeviceNames = ["CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6",
        "COM7", "COM8", "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9"];

    private static readonly System.Buffers.SearchValues<char> Forbidden = System.Buffers.SearchValues.Create("\\:*?\"<>|\uFFFD");

    /// <summary>The path's parts; empty for the archive's own folder.</summary>
    /// <param name="path">As the archive has it.</param>
    /// <param name="limits">Of length and depth.</param>
    /// <param name="reason">Why it may not be written, to follow its name; null where it may.</param>
    public static string[] Parts(string path, ArchiveLimits limits, out string? reason)
    {
        var parts = path.Split('/').Where(part => part.Length > 0 && part != ".").ToArray();
        reason = path.Length > limits.MaximumPathLength
            ? $"has a path of {path.Length} characters, at most {limits.MaximumPathLength} are accepted"
            : path.StartsWith('/') || path.StartsWith('\\') ? "has an absolute path"
            : parts.Contains("..") ? "leads out of its folder"
            : parts.Length > limits.MaximumDepth ? $"lies {parts.Length} folders deep, at most {limits.MaximumDepth} are accepted"
            : parts.Any(IsUnusable) ? "has a name that not every system can bear"
            : null;
        return parts;
    }

    private static bool IsUnusable(string part) =>
        part.AsSpan().ContainsAny(Forbidden) || part.Any(char.IsControl) || part.Length > 200 || part[^1] is '.' or ' '
        || DeviceNames.Contains(part.Split('.')[0], StringComparer.OrdinalIgnoreCase);
}
