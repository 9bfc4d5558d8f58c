namespace Espalier.Datasets.Yolo;

/// <summary>Where a photo's label file lies: the last folder called <c>images</c> becomes <c>labels</c>, the ending <c>.txt</c>, or
/// <c>.TXT</c> where only that is there.</summary>
internal static class LabelPath
{
    /// <summary>The label file of a photo; beside the photo where no folder above it is called <c>images</c>.</summary>
    public static string OfPhoto(string photo) => AsWritten(Path.ChangeExtension(Substitute(photo), ".txt"));

    /// <summary>A label file with its ending in the letters that it has on the disk.</summary>
    /// <param name="path">A path that ends in <c>.txt</c>.</param>
    public static string AsWritten(string path) =>
        !File.Exists(path) && Path.ChangeExtension(path, ".TXT") is var other && File.Exists(other) ? other : path;

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
