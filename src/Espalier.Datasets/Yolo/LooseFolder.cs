using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Yolo;

/// <summary>
/// Photos in a folder and the folders within, without a <c>data.yaml</c>: as labelling tools export them, with label files in <c>labels</c>
/// or beside the photos and the classes' names in <c>classes.txt</c>, or without any label.
/// </summary>
internal static class LooseFolder
{
    private const string Labels = "labels";
    private static readonly string[] NameFiles = ["classes.txt", "obj.names", "_darknet.labels"];

    /// <summary>Lists it, all in one split.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">The split's name.</param>
    /// <param name="classNames">The names of the classes; null where a file in the folder has them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EspalierException">There is no photo, nothing names the classes, or photos have labels in XML alone.</exception>
    public static DatasetListing List(string folder, string split, IReadOnlyList<string>? classNames, CancellationToken cancellationToken)
    {
        var problems = new List<DatasetProblem>();
        var photos = PhotoFinder.Find(folder, problems, cancellationToken).Select(photo => (Path: photo, Label: LabelOf(folder, photo)))
            .ToList();
        RefuseXml(photos);
        classNames ??= ReadNames(folder)
            ?? throw new EspalierException(
                $"No {NameFiles[0]} in {folder} names the classes; name them with --classes, in the order of their numbers in the labels.");
        return new DatasetListing(
            new YoloFormat(), classNames,
            [.. photos.Select(photo => YoloFormat.Listed(split, photo.Path, photo.Label, classNames.Count, keypointNumbers: 0))],
            [.. problems.Select(problem => new Finding(problem.Kind, split, problem.Path, "", problem.Reason))],
            [Path.GetFullPath(folder)]);
    }

    // What they show would be taught as background.
    private static void RefuseXml(List<(string Path, string Label)> photos)
    {
        var files = photos.Where(photo => !File.Exists(photo.Label)).Select(photo => Path.ChangeExtension(photo.Path, ".xml"))
            .Where(File.Exists).ToList();
        if (files.Count > 0)
            throw new EspalierException($"{files.Count} photos have their labels in XML, such as {files[0]}, which is not read; labelImg's "
                + "format YOLO writes label files that are, and without the XML the photos count as not labelled.");
    }

    private static string LabelOf(string folder, string photo)
    {
        var file = Path.ChangeExtension(Path.GetFileName(photo), ".txt");
        string[] places = [LabelPath.OfPhoto(photo), Path.ChangeExtension(photo, ".txt"),
            Path.Combine(Path.GetDirectoryName(photo)!, Labels, file), Path.Combine(folder, Labels, file)];
        return places.Select(LabelPath.AsWritten).FirstOrDefault(File.Exists) ?? places[0];
    }

    /// <summary>The classes' names by the files of a kind in the folder; null where there is none. labelImg writes one into every folder
    /// that it labels, and longer ones the later it does: a list that is another's beginning says the same.</summary>
    /// <exception cref="EspalierException">A file names no class, or two give a number to different classes.</exception>
    public static List<string>? ReadNames(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 2 };
        var files = NameFiles.Select(name => Directory.GetFiles(folder, name, options)).FirstOrDefault(found => found.Length > 0, []);
        if (files.Length == 0) return null;
        var lists = files.Order(StringComparer.Ordinal).Select(file => (File: file, Names: NamesIn(file))).ToList();
        var longest = lists.MaxBy(list => list.Names.Count);
        foreach (var (file, names) in lists)
        {
            if (!longest.Names.Take(names.Count).SequenceEqual(names))
                throw new EspalierException($"{file} numbers the classes otherwise than {longest.File}, so that a label's number has two "
                    + "meanings; take one folder with espalier data new and the other with espalier data add, which goes by the names.");
        }

        return longest.Names;
    }

    /// <summary>The classes' names in a file, a row each.</summary>
    /// <exception cref="EspalierException">A row, or the file, names no class.</exception>
    public static List<string> NamesIn(string file)
    {
        List<string> names = [.. File.ReadAllText(file).Trim().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries)];
        if (names is [""]) throw new EspalierException($"{file} names no class.");
        return !names.Contains("") ? names : throw new EspalierException($"An empty row between the names of {file} is a class without a "
            + "name; write one there, or take the row out where the labels' numbers do not count it.");
    }
}
