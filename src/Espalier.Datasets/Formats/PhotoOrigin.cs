namespace Espalier.Datasets.Formats;

/// <summary>Which photos are copies that a tool made of one.</summary>
internal static class PhotoOrigin
{
    /// <summary>A photo's name, wherever it lies, without what Roboflow adds to tell its augmented copies apart; of others the path.
    /// </summary>
    public static string Of(string path)
    {
        var name = Path.GetFileName(path);
        return name.IndexOf(".rf.", StringComparison.Ordinal) is var at and > 0 ? name[..at] : path;
    }
}
