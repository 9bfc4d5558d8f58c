using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;

namespace Espalier.Datasets.Voc;

/// <summary>
/// Pascal VOC's annotation files, one a photo: as the challenge has them (<c>Annotations</c>, <c>JPEGImages</c>, splits in
/// <c>ImageSets/Main</c>), with the photos in <c>images</c>, and among the photos, as LabelImg and Roboflow write them.
/// </summary>
/// <remarks>Class 0, 1, … are the names that objects have, in their order, for no file lists them.</remarks>
internal sealed class VocFormat : IDatasetFormat
{
    private const string Annotations = "Annotations";
    private const string Photos = "JPEGImages";

    // A folder of other XML files is not read through.
    private const int MostTried = 64;

    /// <inheritdoc/>
    public string Name => "voc";

    /// <inheritdoc/>
    public string LabelSource => "annotation file";

    /// <inheritdoc/>
    /// <remarks>Where labels in YOLO's form lie beside them, it is the folder of a tool that was switched from one form to the other.
    /// </remarks>
    public bool Recognizes(string path) => Directory.Exists(path)
        && FilesIn(path).Take(MostTried).Where(VocFile.LooksLike).ToList() is { Count: > 0 } files
        && !files.Exists(file => File.Exists(Path.ChangeExtension(file, ".txt")));

    /// <summary>Folders that hold annotation files, at most two folders down.</summary>
    public DatasetListing List(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        var (entries, findings) = (new List<Entry>(), new List<Finding>());
        var unlabelled = new List<ListedPhoto>();
        foreach (var folder in paths.Select(Path.GetFullPath).Distinct())
        {
            var files = FilesIn(folder).Where(VocFile.LooksLike).Order(StringComparer.Ordinal);
            foreach (var root in files.GroupBy(file => RootOf(file, folder))) Add(root.Key, [.. root], folder);
        }

        var names = Ordered(entries.SelectMany(entry => entry.File?.Objects ?? []).Select(item => item.Name).OfType<string>());
        if (names.Count == 0) throw new EspalierException($"{string.Join(", ", paths)} holds no object with a name.");
        var classes = names.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        var photos = entries.Select(entry => new ListedPhoto(entry.Split, entry.Photo,
            size => entry.File is { } file ? file.Claims(size, classes) : throw new EspalierException(entry.Problem))
        { LabelPath = entry.Path });
        string[] order = ["train", "val", "test"];
        return new DatasetListing(this, names, [.. photos.Concat(unlabelled).OrderBy(photo => Array.IndexOf(order, photo.Split))
            .ThenBy(photo => photo.Path, StringComparer.Ordinal)], findings, [.. paths.Select(Path.GetFullPath)]);

        void Add(string root, IReadOnlyList<string> files, string folder)
        {
            var (lists, found, unlisted) = (VocSplits.Of(root), new VocPhotos(root), 0);
            var strayed = new List<(string Path, string Split, VocFile? File)>();
            foreach (var path in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (SplitOf(path, root, folder, lists) is not { } split)
                {
                    unlisted++;
                    continue;
                }

                var (file, problem) = Read(path);
                if (found.Beside(path) is { } photo) entries.Add(new Entry(split, path, photo, file, problem));
                else strayed.Add((path, split, file));
            }

            // A file that was renamed without its photo still says what that is called.
            foreach (var (path, split, file) in strayed)
            {
                if (found.Named(file?.PhotoName, path) is { } photo) entries.Add(new Entry(split, path, photo, file, ""));
                else findings.Add(new Finding(FindingKind.OrphanLabels, split, path, "", "belongs to no photo"));
            }

            if (unlisted > 0)
                findings.Add(new Finding(FindingKind.OrphanLabels, "train", root, "",
                    string.Create(CultureInfo.InvariantCulture, $"has {unlisted} annotation files that no list in ImageSets/Main names")));
            foreach (var photo in found.Others)
            {
                // What the lists do not name is no part of the set; without lists, a photo without labels is one all the same.
                var split = lists is null
                    ? SplitOf(photo, root, folder, null) : lists.GetValueOrDefault(Path.GetFileNameWithoutExtension(photo));
                if (split is not null) unlabelled.Add(new ListedPhoto(split, photo, _ => null));
            }
        }
    }

    /// <summary><c>Annotations/NAME.xml</c>, <c>JPEGImages/NAME.*</c> and <c>ImageSets/Main/SPLIT.txt</c>; edges are where boxes begin and
    /// end, from the photo's corner.</summary>
    public string Write(string folder, DatasetContent content, CancellationToken cancellationToken = default)
    {
        if (content.ClassNames.FirstOrDefault(name => name.Trim().Length == 0 || name.Any(letter => char.IsControl(letter))) is { } unfit)
            throw new EspalierException($"The class name '{unfit}' cannot be written: Pascal VOC's files name the class of each object.");
        var annotations = Directory.CreateDirectory(Path.Combine(folder, Annotations)).FullName;
        var photos = Directory.CreateDirectory(Path.Combine(folder, Photos)).FullName;
        var lists = Directory.CreateDirectory(Path.Combine(folder, "ImageSets", "Main")).FullName;
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var split in content.Photos.GroupBy(photo => photo.Split))
        {
            var names = new List<string>();
            foreach (var photo in split)
            {
                cancellationToken.ThrowIfCancellationRequested();
                names.Add(UniqueName.Of(taken, "", photo.Name));
                var file = names[^1] + Path.GetExtension(photo.Path);
                PhotoFile.Place(photo.Path, Path.Combine(photos, file), content.Placement);
                if (photo.Labels is { } labels)
                    Save(Element(file, photo, labels, content.ClassNames), Path.Combine(annotations, names[^1] + ".xml"));
            }

            AtomicFile.WriteAllText(Path.Combine(lists, split.Key + ".txt"), string.Concat(names.Select(name => name + "\n")));
        }

        return folder;
    }

    private static XElement Element(string file, LabelledPhoto photo, IReadOnlyList<LabelRow> labels, IReadOnlyList<string> names)
    {
        return new XElement("annotation", new XElement("folder", Photos), new XElement("filename", file),
            new XElement("source", new XElement("database", "Unknown")),
            new XElement("size", new XElement("width", photo.Size.Width), new XElement("height", photo.Size.Height),
                new XElement("depth", 3)),
            new XElement("segmented", 0), labels.Select(Object));

        XElement Object(LabelRow row)
        {
            double width = photo.Size.Width, height = photo.Size.Height;
            return new XElement("object", new XElement("name", names[row.Class]), new XElement("pose", "Unspecified"),
                new XElement("truncated", 0), new XElement("difficult", 0),
                new XElement("bndbox", Edge("xmin", (row.X - row.Width / 2) * width), Edge("ymin", (row.Y - row.Height / 2) * height),
                    Edge("xmax", (row.X + row.Width / 2) * width), Edge("ymax", (row.Y + row.Height / 2) * height)));
        }

        static XElement Edge(string name, double value) => new(name, Math.Round(value, 6));
    }

    private static void Save(XElement element, string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true });
        element.Save(writer);
    });

    private static (VocFile? File, string Problem) Read(string path)
    {
        try
        {
            return (VocFile.Read(path), "");
        }
        catch (EspalierException exception)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>The split of an annotation file or a photo; null where there are lists and none names it.</summary>
    private static string? SplitOf(string path, string root, string folder, Dictionary<string, string>? lists)
    {
        var name = Path.ChangeExtension(path, null);
        if (lists is not null)
        {
            // The lists' names count from the folder of annotations.
            var below = Path.GetRelativePath(root, name).Replace('\\', '/');
            return lists.GetValueOrDefault(below[(below.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        }

        var way = Path.GetRelativePath(Path.GetDirectoryName(folder) ?? folder, Path.GetDirectoryName(path)!);
        return way.Split('/', '\\').Reverse().Select(SplitName.In).FirstOrDefault(split => split is not null) ?? "train";
    }

    /// <summary>The folder that <c>Annotations</c> lies in; an annotation file's own where there is no such folder.</summary>
    private static string RootOf(string file, string folder)
    {
        var own = Path.GetDirectoryName(file)!;
        for (var above = own; above is not null; above = Path.GetDirectoryName(above))
        {
            if (Annotations.Equals(Path.GetFileName(above), StringComparison.OrdinalIgnoreCase)) return Path.GetDirectoryName(above)!;
            if (above == folder) break;
        }

        return own;
    }

    // Digits and other numbers in their order, so that class 0 is 0 and 10 comes after 9.
    private static IReadOnlyList<string> Ordered(IEnumerable<string> names)
    {
        var distinct = names.Distinct().ToList();
        return distinct.TrueForAll(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? [.. distinct.OrderBy(name => int.Parse(name, CultureInfo.InvariantCulture))] : [.. distinct.Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> FilesIn(string folder) => FolderTree.Files(folder, deepest: 3, ignoreInaccessible: true)
        .Where(file => Path.GetExtension(file).Equals(".xml", StringComparison.OrdinalIgnoreCase));

    /// <summary>An annotation file that has a photo.</summary>
    /// <param name="Split">Its split.</param>
    /// <param name="Path">The file.</param>
    /// <param name="Photo">The photo.</param>
    /// <param name="File">What it says; null where it cannot be read.</param>
    /// <param name="Problem">Why not, to follow its name.</param>
    private sealed record Entry(string Split, string Path, string Photo, VocFile? File, string Problem);
}
