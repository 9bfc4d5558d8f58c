using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Reports.Photos;

/// <summary>What is remembered of a validated picture until it is drawn; the photo itself stays on the disk.</summary>
/// <param name="Path">The photo's file.</param>
/// <param name="Labels">In its pixels.</param>
/// <param name="Detections">Those that are confident enough to be shown, in its pixels.</param>
internal sealed record JudgedPhoto(string Path, IReadOnlyList<LabelledBox> Labels, IReadOnlyList<Detection> Detections)
{
    /// <summary>Detections below this are not shown, as in the confusion matrix.</summary>
    public const float LeastConfidence = ConfusionMatrix.Confidence;

    /// <summary>What is worth remembering of a picture.</summary>
    public static JudgedPhoto Of(ValidatedPicture picture) =>
        new(picture.Source.Path, picture.Source.Labels, [.. picture.Detections.Where(found => found.Confidence > LeastConfidence)]);
}
