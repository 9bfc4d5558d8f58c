using Espalier.Datasets.Findings;
using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>Where a model disagrees with the labels of a photo. It says where to look, not who is right.</summary>
internal static class ModelComparison
{
    // A box of the same thing, by the model and by a person.
    private const float SameObject = 0.5f;

    // Beyond this a detection touches a label enough to have been meant for it.
    private const float Touches = 0.3f;
    private const float MostlyWithin = 0.6f;

    /// <summary>Compares.</summary>
    /// <param name="labels">The usable labels and where they stand.</param>
    /// <param name="detections">What the model found, down to a low confidence.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="confident">From which confidence on the model is taken to be sure.</param>
    /// <param name="report">Takes kind, place, reason, box and confidence.</param>
    public static void Compare(
        IReadOnlyList<(string Place, LabelledBox Label)> labels, IReadOnlyList<Detection> detections,
        IReadOnlyList<string> classNames, double confident,
        Action<FindingKind, string, string, Box, double?> report)
    {
        foreach (var (place, label) in labels) CompareLabel(place, label, detections, classNames, confident, report);
        foreach (var detection in detections)
        {
            if (detection.Confidence < confident || labels.Any(label => Concerns(detection.Box, label.Label.Box))) continue;
            report(
                FindingKind.ModelSeesUnlabelled, "",
                FormattableString.Invariant($"seems to show {classNames[detection.Class]} ({detection.Confidence:0.00}) where no label is"),
                detection.Box, detection.Confidence);
        }
    }

    private static void CompareLabel(string place, LabelledBox label, IReadOnlyList<Detection> detections, IReadOnlyList<string> classNames,
        double confident, Action<FindingKind, string, string, Box, double?> report)
    {
        var name = classNames[label.Class];
        if (!detections.Any(detection => Concerns(detection.Box, label.Box)))
        {
            report(FindingKind.ModelSeesNothing, place, $"({name}) is where the model finds nothing", label.Box, null);
            return;
        }

        var same = detections.Where(detection => BoxOverlap.IoU(detection.Box, label.Box) >= SameObject).ToList();
        if (same.Count == 0) return;
        var best = same.MaxBy(detection => detection.Confidence);
        if (best.Class == label.Class || best.Confidence < confident) return;
        report(
            FindingKind.ModelSeesAnotherClass, place,
            FormattableString.Invariant($"says {name}, the model sees {classNames[best.Class]} ({best.Confidence:0.00})"),
            label.Box, best.Confidence);
    }

    private static bool Concerns(Box detection, Box label)
    {
        if (BoxOverlap.IoU(detection, label) >= Touches) return true;
        var width = Math.Max(Math.Min(detection.Right, label.Right) - Math.Max(detection.Left, label.Left), 0);
        var height = Math.Max(Math.Min(detection.Bottom, label.Bottom) - Math.Max(detection.Top, label.Top), 0);
        return width * height >= MostlyWithin * Math.Min(detection.Area, label.Area);
    }
}
