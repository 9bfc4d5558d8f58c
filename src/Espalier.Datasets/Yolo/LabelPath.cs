namespace Espalier.Datasets.Yolo;

/// <summary>Where a photo's label file lies: the last folder called <c>images</c> becomes <c>labels</c>, the ending <c>.txt</c>.</summary>
internal static class LabelPath
{
    /// <summary>The label file of a photo; beside the photo where no folder above it is called <c>images</c>.</summary>
    public static string OfPhoto(string photo) => Path.ChangeExtension(Substitute(photo), ".txt");

    /// <summary>The folder that holds the labels of a folder's photos.</summary>
    public static string OfFolder(string folder)
    {
        var substituted = Substitute(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar);
        return Path.TrimEndingDirectorySeparator(substituted);
    }

    private static string Substitute(string path)
    {
        var separator = Path.DirectorySeparatorChar;
        var from = $"{separator}images{separator}";
        var at = path.LastIndexOf(from, StringComparison.Ordinal);
        return at < 0 ? path : $"{path[..at]}{separator}labels{separator}{path[(at + from.Length)..]}";
    }
}
