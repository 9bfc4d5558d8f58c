using Espalier.Datasets.Yolo;

namespace Espalier.Datasets.Checks;

/// <summary>Finds label files that belong to no photo.</summary>
internal static class OrphanLabels
{
    /// <summary>The orphans beside the folders of a data set; photos that stand in a list are looked up in the folders of all its photos.</summary>
    public static IEnumerable<Finding> Find(DataConfiguration configuration, IEnumerable<string> photos)
    {
        var expected = photos.Select(LabelPath.OfPhoto).ToHashSet(StringComparer.Ordinal);
        var searched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (split, sources) in configuration.Splits)
        {
            foreach (var folder in sources.Where(Directory.Exists).Select(LabelPath.OfFolder).Where(folder => Directory.Exists(folder) && searched.Add(folder)))
            {
                var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 64 };
                foreach (var label in Directory.EnumerateFiles(folder, "*.txt", options).Order(StringComparer.Ordinal))
                {
                    if (IsLabelFile(label) && expected.Add(label)) yield return new Finding(FindingKind.OrphanLabels, split, label, "", "belongs to no photo");
                }
            }
        }
    }

    // Where photos and labels share a folder, lists and notes lie there too.
    private static bool IsLabelFile(string path) => Path.GetFileName(path) is not ("classes.txt" or "README.txt" or "readme.txt" or "train.txt" or "val.txt" or "test.txt");
}
