using Espalier.Datasets.Findings;

namespace Espalier.Datasets.Formats;

/// <summary>What a conversion did.</summary>
/// <param name="Configuration">The <c>data.yaml</c> that it wrote.</param>
/// <param name="Splits">What went into each split, in the rule's order.</param>
/// <param name="Unassigned">How many photos no split takes.</param>
/// <param name="Problems">What was left out or mended, each with file and reason.</param>
public sealed record ConversionReport(
    string Configuration, IReadOnlyList<SplitContent> Splits, int Unassigned, IReadOnlyList<DatasetProblem> Problems)
{
    /// <summary>How many photos or boxes a sort of problem concerned.</summary>
    public int CountOf(FindingKind kind) => Problems.Where(problem => problem.Kind == kind).Sum(problem => problem.Count);
}

/// <summary>What a split holds.</summary>
/// <param name="Name">The split.</param>
/// <param name="Photos">How many photos.</param>
/// <param name="Boxes">How many boxes they have.</param>
public sealed record SplitContent(string Name, int Photos, int Boxes);
