namespace Espalier.Datasets.Labels;

/// <summary>The labels of a photo.</summary>
/// <param name="Rows">Those that can be used, in order, cut to the photo.</param>
/// <param name="Problems">Like findings together: the sort, how many labels, and the first of them in words.</param>
internal sealed record LabelContent(IReadOnlyList<LabelRow> Rows, IReadOnlyList<LabelProblem> Problems)
{
    /// <summary>The first label whose class no name stands for, or null.</summary>
    public (int Row, int Class)? ForeignClass { get; init; }
}
