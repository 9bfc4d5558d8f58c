namespace Espalier.Core;

/// <summary>Makes folders with their missing parents, and takes back what was made where nothing came of it.</summary>
internal static class NewFolders
{
    /// <summary>Makes a folder.</summary>
    /// <param name="path">The folder; it may be there already.</param>
    /// <returns>The outermost folder that had to be made; null where all were there.</returns>
    /// <exception cref="IOException">It cannot be made; nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made; nothing is left behind.</exception>
    public static string? Create(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string? outermost = null;
        for (var folder = full; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder)) outermost = folder;
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            RemoveEmpty(full, outermost);
            throw;
        }

        return outermost;
    }

    /// <summary>Makes a folder that nobody else has made: of several that ask at once one is told yes.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="outermost">As of <see cref="Create"/>.</param>
    /// <returns>False where something of that name is there.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static bool TryCreateNew(string path, out string? outermost)
    {
        outermost = null;
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.Exists(full)) return false;
        var parent = Path.GetDirectoryName(full)!;
        var made = Create(parent);
        var isThere = false;
        if (OperatingSystem.IsWindows() || !UnixFiles.TryMakeFolder(full, out isThere))
        {
            if (isThere) return false;
            Directory.CreateDirectory(full); // Says why it cannot be made.
        }

        outermost = made ?? full;
        return true;
    }

    /// <summary>Removes a folder and its parents up to one that <see cref="Create"/> made, as far as they are there and empty. Never throws
    /// for the disk's reasons.</summary>
    /// <param name="path">The innermost folder.</param>
    /// <param name="outermost">The last one to remove; where it is null nothing is.</param>
    public static void RemoveEmpty(string path, string? outermost)
    {
        if (outermost is null) return;
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        while (folder is not null && folder.Length >= outermost.Length)
        {
            if (Directory.Exists(folder) && !TryRemove(folder)) return;
            folder = Path.GetDirectoryName(folder);
        }
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            return false; // Something lies in it, or somebody else was faster.
        }
    }
}
