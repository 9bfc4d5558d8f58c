using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;
using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>A photo after it was looked at.</summary>
/// <param name="Photo">Which.</param>
/// <param name="Size">Null where it did not decode.</param>
/// <param name="Fingerprint">Null where it did not decode.</param>
/// <param name="Rows">The usable labels, cut to the photo, and where they stand.</param>
/// <param name="Findings">What is wrong with photo and labels.</param>
internal sealed record InspectedPhoto(ListedPhoto Photo, PictureSize? Size, PictureFingerprint? Fingerprint,
    IReadOnlyList<(string Place, LabelRow Row)> Rows, List<Finding> Findings)
{
    /// <summary>The usable labels in the photo's pixels.</summary>
    public IReadOnlyList<(string Place, LabelledBox Label)> Labels { get; } =
        [.. Rows.Select(row => (row.Place, row.Row.Within(Size ?? default)))];
}
