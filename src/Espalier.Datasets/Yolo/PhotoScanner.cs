using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Vision;

namespace Espalier.Datasets.Yolo;

/// <summary>Looks at one photo and its label file, for training: boxes in pixels,
/// and a class without a name refuses the whole data set.</summary>
/// <param name="configuration">Where the classes are named.</param>
/// <param name="inspector">How a photo is looked at.</param>
internal sealed class PhotoScanner(DataConfiguration configuration, PhotoInspector inspector)
{
    private static readonly LabelledBox[] NoLabels = [];

    /// <summary>What there is to know about the photo; whatever is wrong with it is in the result.</summary>
    public ScannedPhoto Scan(string photo, PhotoStamp stamp)
    {
        string? refusal = null;
        var listed = YoloFormat.Listed("", photo, configuration);
        var inspected = inspector.Inspect(listed with
        {
            ReadLabels = size =>
            {
                var claims = listed.ReadLabels(size);
                if (claims?.Where(claim => claim.Fault is { Kind: FindingKind.WrongClass }).Take(1).ToArray() is [var foreign])
                {
                    var count = configuration.ClassNames.Count;
                    refusal = $"{listed.LabelPath}, {foreign.Place}: class {foreign.Row.Class}, but {configuration.Path} names {count} "
                        + $"classes (0 to {count - 1}).";
                }

                return claims;
            },
        });
        var size = inspected.Size;
        if (refusal is not null) return new ScannedPhoto(stamp, 0, 0, NoLabels, [], refusal);
        var labels = inspected.Labels?.Select(row => row.Within(size)).ToArray();
        return new ScannedPhoto(stamp, size.Width, size.Height, labels is { Length: > 0 }
            ? labels : NoLabels, inspected.Problems, Refusal: null);
    }
}
