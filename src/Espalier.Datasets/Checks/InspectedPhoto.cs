using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>A photo after it was looked at.</summary>
/// <param name="Photo">Which.</param>
/// <param name="Size">Null where it did not decode.</param>
/// <param name="Fingerprint">Null where it did not decode.</param>
/// <param name="Labels">The usable labels, cut to the photo, and where they stand.</param>
/// <param name="Findings">What is wrong with photo and labels.</param>
internal sealed record InspectedPhoto(
    CheckedPhoto Photo, PictureSize? Size, PictureFingerprint? Fingerprint, IReadOnlyList<(string Place, LabelledBox Label)> Labels, List<Finding> Findings);
