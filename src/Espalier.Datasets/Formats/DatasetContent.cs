using Espalier.Datasets.Labels;
using Espalier.Vision;

namespace Espalier.Datasets.Formats;

/// <summary>What is written as a data set.</summary>
/// <param name="ClassNames">The names of classes 0, 1, ….</param>
/// <param name="Photos">The photos; those of a split need not follow each other.</param>
/// <param name="Remark">Where it comes from, a line or several, for a person who opens the file.</param>
public sealed record DatasetContent(IReadOnlyList<string> ClassNames, IReadOnlyList<LabelledPhoto> Photos, string Remark)
{
    /// <summary>How photos get there. They are never moved.</summary>
    /// <value>Default: <see cref="PhotoPlacement.Copy"/>.</value>
    public PhotoPlacement Placement { get; init; } = PhotoPlacement.Copy;
}

/// <summary>A photo to be written, and its labels.</summary>
/// <param name="Split">The split.</param>
/// <param name="Path">The photo's file.</param>
/// <param name="Name">What the copy is called, without an ending.</param>
/// <param name="Size">The photo's.</param>
/// <param name="Labels">Its objects; null for a photo without labels, which is not the same as one without objects.</param>
public sealed record LabelledPhoto(string Split, string Path, string Name, PictureSize Size, IReadOnlyList<LabelRow>? Labels);
