using Espalier.Core;

namespace Espalier.Datasets.Yolo;

/// <summary>Finds the photos of a split's sources.</summary>
internal static class PhotoFinder
{
    /// <summary>The endings of files that are taken for photos, in any case.</summary>
    public static readonly IReadOnlyList<string> Extensions = [".png", ".jpg", ".jpeg", ".webp", ".bmp"];

    private const long MaximumListBytes = 1L << 30;

    /// <summary>The photos of one source, ordered by path (ordinal), each once.</summary>
    /// <param name="source">A folder, searched with its subfolders but without what is hidden, or a list file with a path a row.</param>
    /// <param name="problems">Takes what the list names twice.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static List<string> Find(string source, List<DatasetProblem> problems, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(source)) return FindInFolder(source, cancellationToken);
            if (File.Exists(source)) return ReadList(source, problems, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EspalierException($"{source} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }

        throw new EspalierException($"There is no folder or list file {source}.");
    }

    /// <summary>The photos of one folder, without its subfolders, ordered by path (ordinal); there may be none.</summary>
    public static IReadOnlyList<string> InFolder(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Where(IsPhoto).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EspalierException($"{folder} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private static List<string> FindInFolder(string folder, CancellationToken cancellationToken)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, MaxRecursionDepth = 64 };
        var photos = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Path.GetFullPath(folder), "*", options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsPhoto(path)) photos.Add(path);
        }

        if (photos.Count == 0) throw new EspalierException($"There is no photo in {folder} ({string.Join(", ", Extensions)}).");
        photos.Sort(StringComparer.Ordinal);
        return photos;
    }

    private static List<string> ReadList(string list, List<DatasetProblem> problems, CancellationToken cancellationToken)
    {
        if (IsPhoto(list) || new FileInfo(list).Length > MaximumListBytes) throw new EspalierException($"{list} is neither a folder of photos nor a list of them.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(list))!;
        var photos = new HashSet<string>(StringComparer.Ordinal);
        var repeated = 0;
        foreach (var line in File.ReadLines(list))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = line.Trim();
            if (entry.Length == 0) continue;
            if (entry.Contains('\0')) throw new EspalierException($"{list} is no list of photos: it holds bytes that no path has.");
            if (!photos.Add(Path.GetFullPath(entry, folder))) repeated++;
        }

        if (photos.Count == 0) throw new EspalierException($"The list {list} names no photo.");
        if (repeated > 0)
        {
            problems.Add(new DatasetProblem(list, $"{repeated} rows repeat earlier ones: taken once", PhotoSkipped: false)
            {
                Kind = DatasetProblemKind.DuplicatePhoto,
                Count = repeated,
            });
        }

        var sorted = photos.ToList();
        sorted.Sort(StringComparer.Ordinal);
        return sorted;
    }

    private static bool IsPhoto(string path)
    {
        var extension = Path.GetExtension(path.AsSpan());
        foreach (var known in Extensions)
        {
            if (extension.Equals(known, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
