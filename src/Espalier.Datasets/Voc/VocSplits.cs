using Espalier.Core;
using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Voc;

/// <summary>The splits of a folder in the form of Pascal VOC: lists of names in <c>ImageSets/Main</c>.</summary>
internal static class VocSplits
{
    // All of CVAT's photos that are in none of its subsets.
    private const string Rest = "default";

    /// <summary>The split of each name, which is an annotation file's without its ending; null where there are no lists.</summary>
    /// <param name="root">The folder that <c>ImageSets</c> lies in.</param>
    /// <exception cref="EspalierException">A list cannot be read.</exception>
    public static Dictionary<string, string>? Of(string root)
    {
        var folder = Path.Combine(root, "ImageSets", "Main");
        if (!Directory.Exists(folder)) return null;
        var lists = Directory.EnumerateFiles(folder, "*.txt").Select(path => (Path: path, Split: SplitOf(path)))
            .Where(list => list.Split is not null).OrderBy(list => IsBoth(list.Path)).ThenBy(list => list.Split == "train")
            .ThenBy(list => list.Path, StringComparer.Ordinal).ToList();
        // trainval holds the photos of both; it counts where nothing tells them apart.
        if (lists.Any(list => !IsBoth(list.Path) && list.Split is "train" or "val")) lists.RemoveAll(list => IsBoth(list.Path));
        if (lists.Count == 0) return null;
        var splits = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, split) in lists)
        {
            // A photo of several lists stays where networks are judged by it.
            foreach (var name in Lines(path)) splits.TryAdd(name, split!);
        }

        return splits;
    }

    private static string? SplitOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name == Rest ? "train" : SplitName.Of(name);
    }

    private static bool IsBoth(string path) => Path.GetFileNameWithoutExtension(path) == "trainval";

    private static IEnumerable<string> Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)
                .Select(line => PictureFolder.IsPicture(line) ? Path.ChangeExtension(line, null) : line);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"{path} cannot be read: {FileProblem.Reason(exception)}.", exception);
        }
    }
}
