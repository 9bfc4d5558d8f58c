using Espalier.Datasets.Findings;
using Espalier.Datasets.Labels;
using Espalier.Vision;

namespace Espalier.Datasets.Formats;

/// <summary>The photos of a data set of any form, not yet looked at.</summary>
/// <param name="Format">The form.</param>
/// <param name="ClassNames">The names of classes 0, 1, ….</param>
/// <param name="Photos">By split and path.</param>
/// <param name="Findings">What was found while they were listed.</param>
/// <param name="Inputs">The folders that an output must not lie in.</param>
public sealed record DatasetListing(IDatasetFormat Format, IReadOnlyList<string> ClassNames, IReadOnlyList<ListedPhoto> Photos,
    IReadOnlyList<Finding> Findings, IReadOnlyList<string> Inputs);

/// <summary>A photo of a data set, not yet looked at, and where its labels come from.</summary>
/// <param name="Split">The split or folder.</param>
/// <param name="Path">The photo's file.</param>
/// <param name="ReadLabels">
/// The labels as they are written, by the photo's size; null where it has none. Throws an <see cref="Core.EspalierException"/> whose
/// message follows the photo's name where they cannot be read.
/// </param>
public sealed record ListedPhoto(string Split, string Path, Func<PictureSize, IReadOnlyList<LabelClaim>?> ReadLabels)
{
    /// <summary>What a copy of the photo is called, without an ending.</summary>
    public string Name { get; init; } = System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The file that problems of labels are told of: the label file where there is one.</summary>
    public string LabelPath { get; init; } = Path;
}
