using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Voc;

/// <summary>The photos of annotation files: beside them, or in a folder beside theirs. Each belongs to one.</summary>
/// <param name="root">The folder that the folder of annotations lies in, or that folder itself.</param>
internal sealed class VocPhotos(string root)
{
    private static readonly string[] Folders = ["JPEGImages", "images", "Images", ""];

    private readonly Dictionary<string, Dictionary<string, string>> _byFolder = new(StringComparer.Ordinal);
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);

    /// <summary>Pictures of the folders in which photos were found, that were not.</summary>
    public IEnumerable<string> Others => _byFolder.Values.Where(folder => folder.Values.Any(_found.Contains))
        .SelectMany(folder => folder.Values.Distinct()).Where(photo => !_found.Contains(photo));

    /// <summary>The photo of an annotation file's own name; null where there is none.</summary>
    public string? Beside(string path) => Find(Path.GetFileNameWithoutExtension(path), path);

    /// <summary>The photo that an annotation file names; null where there is none, or it belongs to another file.</summary>
    public string? Named(string? name, string path)
    {
        if (name is null) return null;
        var plain = name.Replace('\\', '/').Split('/')[^1];
        return Find(plain, path) ?? Find(Path.GetFileNameWithoutExtension(plain), path);
    }

    private string? Find(string name, string path)
    {
        var photo = Folders.Select(folder => Path.Combine(root, folder)).Prepend(Path.GetDirectoryName(path)!)
            .Select(folder => In(folder).GetValueOrDefault(name)).FirstOrDefault(photo => photo is not null);
        return photo is not null && _found.Add(photo) ? photo : null;
    }

    // By name, with ending and without.
    private Dictionary<string, string> In(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(folder);
        if (_byFolder.TryGetValue(full, out var known)) return known;
        var photos = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var photo in Directory.Exists(full) ? PictureFolder.In(full) : [])
        {
            photos.TryAdd(Path.GetFileNameWithoutExtension(photo), photo);
            photos.TryAdd(Path.GetFileName(photo), photo);
        }

        return _byFolder[full] = photos;
    }
}
