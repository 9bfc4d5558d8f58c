using Espalier.Core;

namespace Espalier.Datasets.Formats;

/// <summary>The files of a folder and of the folders within it, each real folder once: links may lead around in a circle.</summary>
internal static class FolderTree
{
    /// <summary>Full paths in no order, without what is hidden. A folder that is linked to and lies in the tree itself keeps its own name.
    /// </summary>
    /// <param name="root">The folder.</param>
    /// <param name="deepest">How many folders deep to search.</param>
    /// <param name="ignoreInaccessible">Whether a folder that may not be read counts as empty.</param>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public static IEnumerable<string> Files(string root, int deepest = 64, bool ignoreInaccessible = false)
    {
        var options = new EnumerationOptions { IgnoreInaccessible = ignoreInaccessible };
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var folders = new Stack<(string Path, int Depth)>([(Path.GetFullPath(root), 0)]);
        var links = new Queue<(string Path, int Depth)>();
        while (folders.TryPop(out var folder) || links.TryDequeue(out folder))
        {
            if (!visited.Add(RealPath.Of(folder.Path))) continue;
            foreach (var file in Directory.EnumerateFiles(folder.Path, "*", options)) yield return file;
            if (folder.Depth == deepest) continue;
            foreach (var inner in Directory.EnumerateDirectories(folder.Path, "*", options))
            {
                if (new DirectoryInfo(inner).LinkTarget is null) folders.Push((inner, folder.Depth + 1));
                else links.Enqueue((inner, folder.Depth + 1));
            }
        }
    }
}
