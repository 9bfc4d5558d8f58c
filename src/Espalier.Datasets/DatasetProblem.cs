using Espalier.Datasets.Findings;

namespace Espalier.Datasets;

/// <summary>Something doubtful that a scan or a conversion met.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">What is wrong and what was done about it.</param>
/// <param name="PhotoSkipped">Whether the whole photo was left out.</param>
public sealed record DatasetProblem(string Path, string Reason, bool PhotoSkipped)
{
    /// <summary>What sort of problem it is, for counting.</summary>
    public FindingKind Kind { get; init; }

    /// <summary>How many photos or boxes it concerns: a file's like problems are one problem.</summary>
    public int Count { get; init; } = 1;
}
