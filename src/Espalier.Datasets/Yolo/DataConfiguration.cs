using Espalier.Core;

namespace Espalier.Datasets.Yolo;

/// <summary>What a <c>data.yaml</c> says: where each split's photos are, and what the classes are called.</summary>
/// <param name="Path">The file itself, in full.</param>
/// <param name="ClassNames">The names of classes 0, 1, …; at least one.</param>
/// <param name="Splits">
/// By split (<c>train</c>, <c>val</c>, <c>test</c>, and any other name), the full paths of its folders and list files.
/// Whether they exist shows when the split is scanned.
/// </param>
public sealed record DataConfiguration(
    string Path, IReadOnlyList<string> ClassNames, IReadOnlyDictionary<string, IReadOnlyList<string>> Splits)
{
    /// <summary>Reads a <c>data.yaml</c>, or the one in a folder.</summary>
    /// <remarks>
    /// <c>path</c> counts from the file's own folder (from the working folder where it only exists there); the splits count from
    /// <c>path</c>, or from the file's folder without one. A split is a folder, a list file, or a list of these. <c>names</c> is a
    /// list, or a map from 0, 1, …; <c>nc</c>, where it stands, must agree. Besides train, val and test a key of
    /// letters, digits, spaces and <c>. _ -</c> is a split where its value is a folder or list that is there, or has the form of a path;
    /// all others are ignored.
    /// </remarks>
    /// <exception cref="EspalierException">The file is not there or cannot be used; the message names file and row.</exception>
    public static DataConfiguration Read(string path) => DataConfigurationReader.Read(path);

    /// <summary>How many numbers for key points follow each box of a label file, by <c>kpt_shape</c>; 0 where there are none.</summary>
    public int KeypointNumbers { get; init; }

    /// <summary>Whether nothing of a split is there that others can do without:
    /// any but train, as where an export left its folder out.</summary>
    public bool IsAbsent(string split) => split != "train" && Splits.Count > 1 && !Sources(split).Any(System.IO.Path.Exists);

    /// <summary>The folders and list files of a split.</summary>
    /// <exception cref="EspalierException">There is no such split; the message names those there are.</exception>
    public IReadOnlyList<string> Sources(string split) =>
        Splits.TryGetValue(split, out var sources)
            ? sources
            : throw new EspalierException(
                $"{Path} has no split '{split}', it has: {string.Join(", ", Splits.Keys.Order(StringComparer.Ordinal))}.");
}
