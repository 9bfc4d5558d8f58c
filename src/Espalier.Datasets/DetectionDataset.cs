using Espalier.Datasets.Findings;
using Espalier.Vision;

namespace Espalier.Datasets;

/// <summary>One photo of a data set, not yet decoded, and its labels.</summary>
/// <param name="Path">The photo's full path.</param>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Height">Its height in pixels.</param>
/// <param name="Labels">Its objects, in its own pixels.</param>
public sealed record DatasetEntry(string Path, int Width, int Height, IReadOnlyList<LabelledBox> Labels);

/// <summary>One split of a data set after its scan: the usable photos, in a stable order, and what was left out and why.</summary>
/// <param name="Entries">The usable photos, ordered by path (ordinal).</param>
/// <param name="ClassNames">The names of classes 0, 1, ….</param>
/// <param name="Problems">What the scan skipped or mended, each with file and reason.</param>
public sealed record DetectionDataset(
    IReadOnlyList<DatasetEntry> Entries, IReadOnlyList<string> ClassNames, IReadOnlyList<DatasetProblem> Problems)
{
    /// <summary>How many of the pictures have no label file, which is not the same as an empty one.</summary>
    internal int Unlabelled { get; init; }

    /// <summary>Whether the classes are digits, or digits and the letters behind house numbers, for which mirroring a photo would make a
    /// false label.</summary>
    public bool ClassesAreDigits => NumberCharacters.AreClasses(ClassNames);

    /// <summary>How many pictures were left out, to follow a split's name; empty where none was.</summary>
    public string LeftOutText
    {
        get
        {
            var all = Problems.Count(problem => problem.PhotoSkipped);
            var partial = Problems.Count(problem => problem.PhotoSkipped && problem.Kind.LosesObject());
            var reason = partial > 0
                ? $", {partial} of them for rows that cannot be used, which would be taught as background (--keep-partial keeps them)" : "";
            return all > 0 ? $": {all} pictures are left out{reason}" : "";
        }
    }
}
