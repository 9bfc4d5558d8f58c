using Espalier.Datasets.Findings;

namespace Espalier.Datasets.Labels;

/// <summary>Like findings among the labels of one photo.</summary>
/// <param name="Kind">The sort.</param>
/// <param name="Count">How many labels.</param>
/// <param name="First">The first of them: place, reason, and what was done.</param>
internal readonly record struct LabelProblem(FindingKind Kind, int Count, string First)
{
    /// <summary>The problem of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="photoLeftOut">Whether its photo is left out because of it.</param>
    public DatasetProblem At(string path, bool photoLeftOut = false)
    {
        var reason = Count == 1 ? First : $"{First}, and {Count - 1} more like it";
        return new DatasetProblem(path, photoLeftOut ? reason + ": the photo is left out" : reason,
            photoLeftOut)
        { Kind = Kind, Count = Count };
    }
}
