using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Datasets.Formats;

/// <summary>Which files of a folder are pictures.</summary>
internal static class PictureFolder
{
    // What lies beside pictures without being meant as one: labels, tables, notes, caches.
    private static readonly HashSet<string> Companions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".txt", ".json", ".xml", ".yaml", ".yml", ".csv", ".mat", ".md", ".cache", ".npy", ".db", ".ini",
    };

    /// <summary>Whether a file is taken for a picture, by its ending.</summary>
    public static bool IsPicture(string path) =>
        PictureReader.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file in a folder of pictures may be one that is not read:
    /// whatever is neither a picture nor a usual companion.</summary>
    public static bool IsPassedOver(string path) => !IsPicture(path) && !Companions.Contains(Path.GetExtension(path));

    /// <summary>The pictures of one folder, without its subfolders, ordered by path (ordinal); there may be none.</summary>
    /// <exception cref="EspalierException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EspalierException($"{folder} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
