using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Vision;

namespace Espalier.Datasets.Yolo;

/// <summary>Finds the photos of a split's sources.</summary>
internal static class PhotoFinder
{
    private const long MaximumListBytes = 1L << 30;

    /// <summary>The photos of one source, ordered by path (ordinal), each once.</summary>
    /// <param name="source">A folder, searched with its subfolders (<see cref="FolderTree"/>), or a list file with a path a row.</param>
    /// <param name="problems">Takes what the list names twice, and files in the folder that are not read.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static List<string> Find(string source, List<DatasetProblem> problems, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(source)) return FindInFolder(source, problems, cancellationToken);
            if (File.Exists(source)) return ReadList(source, problems, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EspalierException($"{source} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }

        throw new EspalierException($"There is no folder or list file {source}.");
    }

    private static List<string> FindInFolder(string folder, List<DatasetProblem> problems, CancellationToken cancellationToken)
    {
        var photos = new List<string>();
        var passedOver = new List<string>();
        foreach (var path in FolderTree.Files(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (PictureFolder.IsPicture(path)) photos.Add(path);
            else if (PictureFolder.IsPassedOver(path)) passedOver.Add(path);
        }

        if (photos.Count == 0)
        {
            var instead = passedOver.Count > 0
                ? $"; it holds {passedOver.Count} other files, such as {Path.GetFileName(passedOver.Min(StringComparer.Ordinal))}" : "";
            throw new EspalierException($"There is no photo in {folder} ({string.Join(", ", PictureReader.Extensions)}){instead}.");
        }

        problems.AddRange(passedOver.Order(StringComparer.Ordinal).Select(path => new DatasetProblem(
            path, "is not read, for it has none of the endings of pictures that are: left out", PhotoSkipped: true)
        { Kind = FindingKind.UnreadFile }));
        photos.Sort(StringComparer.Ordinal);
        return photos;
    }

    private static List<string> ReadList(string list, List<DatasetProblem> problems, CancellationToken cancellationToken)
    {
        if (PictureFolder.IsPicture(list) || new FileInfo(list).Length > MaximumListBytes)
            throw new EspalierException($"{list} is neither a folder of photos nor a list of them.");
        var photos = new HashSet<string>(StringComparer.Ordinal);
        Func<string, string>? place = null;
        var repeated = 0;
        var first = true;
        foreach (var line in File.ReadLines(list))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = line.Trim();
            if (entry.Length == 0) continue;
            if (first && entry[0] is '{' or '[') throw JsonRefusal(list);
            first = false;
            if (entry.Contains('\0')) throw new EspalierException($"{list} is no list of photos: it holds bytes that no path has.");
            place ??= ListedPath.PlaceOf(entry, list);
            if (!photos.Add((place ?? ListedPath.Beside(list))(entry))) repeated++;
        }

        if (photos.Count == 0) throw new EspalierException($"The list {list} names no photo.");
        if (repeated > 0)
        {
            problems.Add(new DatasetProblem(list, $"{repeated} rows repeat earlier ones: taken once", PhotoSkipped: false)
            {
                Kind = FindingKind.PhotoListedTwice,
                Count = repeated,
            });
        }

        var sorted = photos.ToList();
        sorted.Sort(StringComparer.Ordinal);
        return sorted;
    }

    /// <summary>What is said where JSON stands in the place of photos.</summary>
    public static EspalierException JsonRefusal(string path) => new(
        $"{path} is JSON, such as COCO's annotations, where a folder of photos or a list of them is wanted, "
            + $"with label files beside the photos; "
        + $"'espalier data convert {CommandWord.Quote(path)} --output FOLDER' turns COCO into that.");
}
