namespace Espalier.Datasets.Yolo;

/// <summary>Like findings of one label file.</summary>
/// <param name="Kind">The sort.</param>
/// <param name="Count">How many rows.</param>
/// <param name="First">The first of them: row, reason, and what was done.</param>
public readonly record struct LabelFileProblem(DatasetProblemKind Kind, int Count, string First)
{
    /// <summary>The problem of a file.</summary>
    public DatasetProblem At(string path) => new(path, Count == 1 ? First : $"{First}, and {Count - 1} more like it", PhotoSkipped: false) { Kind = Kind, Count = Count };
}
