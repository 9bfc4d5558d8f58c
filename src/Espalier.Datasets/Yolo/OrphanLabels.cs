using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Yolo;

/// <summary>Finds label files that belong to no photo.</summary>
internal static class OrphanLabels
{
    /// <summary>The orphans beside the folders of a data set;
    /// photos that stand in a list are looked up in the folders of all its photos.</summary>
    public static IEnumerable<Finding> Find(DataConfiguration configuration, IEnumerable<string> photos)
    {
        var expected = photos.Select(LabelPath.OfPhoto).ToHashSet(StringComparer.Ordinal);
        var searched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (split, sources) in configuration.Splits)
        {
            foreach (var source in sources.Where(Directory.Exists))
            {
                var folder = LabelPath.OfFolder(source);
                if (!Directory.Exists(folder) || !searched.Add(folder)) continue;
                foreach (var label in FolderTree.Files(folder, ignoreInaccessible: true).Order(StringComparer.Ordinal))
                {
                    if (IsLabelFile(label) && expected.Add(label))
                        yield return new Finding(FindingKind.OrphanLabels, split, label, "",
                            Reason(Path.Combine(source, Path.GetRelativePath(folder, label))));
                }
            }
        }
    }

    // A label of a file that is not read is not left over: its photo is missing.
    private static string Reason(string photo)
    {
        var pattern = Path.GetFileNameWithoutExtension(photo) + ".*";
        var unread = Path.GetDirectoryName(photo) is { } folder && Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, pattern).FirstOrDefault(PictureFolder.IsPassedOver) : null;
        return unread is null ? "belongs to no photo" : $"belongs to {Path.GetFileName(unread)}, which is not read";
    }

    // Where photos and labels share a folder, lists and notes lie there too.
    private static bool IsLabelFile(string path) => path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
        && Path.GetFileNameWithoutExtension(path) is not ("classes" or "README" or "readme" or "train" or "val" or "test");
}
