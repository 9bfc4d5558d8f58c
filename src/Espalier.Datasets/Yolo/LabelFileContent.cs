namespace Espalier.Datasets.Yolo;

/// <summary>What a label file holds.</summary>
/// <param name="Rows">The rows that make sense, in order, cut to the photo.</param>
/// <param name="Problems">Like findings together: the sort, how many rows, and the first of them in words.</param>
/// <param name="ForeignClass">The first row whose class no name stands for, or null.</param>
public sealed record LabelFileContent(
    IReadOnlyList<LabelRow> Rows, IReadOnlyList<LabelFileProblem> Problems, (int Row, int Class)? ForeignClass);
