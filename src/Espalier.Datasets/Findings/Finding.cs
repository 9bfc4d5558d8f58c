using Espalier.Vision;

namespace Espalier.Datasets.Findings;

/// <summary>One thing that is wrong or doubtful.</summary>
/// <param name="Kind">The sort.</param>
/// <param name="Split">The split or folder.</param>
/// <param name="Path">The file that it concerns: the photo where there is one.</param>
/// <param name="Place">Where in the labels: <c>row 3</c> of a label file, <c>box 2</c> of a digitStruct entry;
/// empty where it concerns the whole file.</param>
/// <param name="Reason">What is wrong, to follow the file's name.</param>
public sealed record Finding(FindingKind Kind, string Split, string Path, string Place, string Reason)
{
    /// <summary>How bad it is.</summary>
    public FindingSeverity Severity => Kind.Info().Severity;

    /// <summary>Where in the photo, in its pixels; null where it concerns the whole photo.</summary>
    public Box? Box { get; init; }

    /// <summary>The other photo, for duplicates.</summary>
    public string? Other { get; init; }

    /// <summary>How sure a model is, 0…1, where one disagrees.</summary>
    public double? Confidence { get; init; }
}
