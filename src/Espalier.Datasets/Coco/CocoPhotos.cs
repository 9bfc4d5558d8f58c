namespace Espalier.Datasets.Coco;

/// <summary>Where the photos of a COCO file lie: the file does not say, and writers differ.</summary>
internal static class CocoPhotos
{
    /// <summary>Counts from the file's own folder.</summary>
    public static Func<string, string> Beside(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        return name => Path.GetFullPath(name, folder);
    }

    /// <summary>The way by which a file name leads to a photo that is there; null where none does.</summary>
    public static Func<string, string>? PlaceOf(string name, string file)
    {
        var folder = Path.GetDirectoryName(file)!;

        // instances_train2017 belongs to the folder train2017.
        var stem = Path.GetFileNameWithoutExtension(file);
        var own = stem[(stem.LastIndexOf('_') + 1)..];
        var roots = new[] { folder, Path.GetDirectoryName(folder) ?? folder };
        var places = roots.SelectMany(
            root => new[] { root, Path.Combine(root, "images"), Path.Combine(root, own), Path.Combine(root, "images", own) });
        return places.Select(place => (Func<string, string>)(photo => Path.GetFullPath(photo.Replace('\\', '/'), place)))
            .FirstOrDefault(way => File.Exists(way(name)));
    }
}
