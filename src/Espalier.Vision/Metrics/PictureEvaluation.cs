namespace Espalier.Vision;

/// <summary>
/// One picture's detections held against its labels: all that the metrics need of it. Pictures may be evaluated in
/// parallel; <see cref="DetectionMetrics"/> and <see cref="PairedBootstrap"/> join them.
/// </summary>
public sealed class PictureEvaluation
{
    private PictureEvaluation(DetectionVerdict[] verdicts, int[] labelClasses, ConfusionEntry[] confusions)
    {
        (Verdicts, LabelClasses, Confusions) = (verdicts, labelClasses, confusions);
    }

    /// <summary>The detections, in order of falling confidence.</summary>
    public IReadOnlyList<DetectionVerdict> Verdicts { get; }

    /// <summary>The class of each label.</summary>
    public IReadOnlyList<int> LabelClasses { get; }

    /// <summary>What the picture adds to the confusion matrix.</summary>
    public IReadOnlyList<ConfusionEntry> Confusions { get; }

    /// <summary>Evaluates one picture.</summary>
    /// <param name="detections">What was found, in any order; for the usual numbers,
    /// everything above confidence .001 after NMS at IoU .6.</param>
    /// <param name="labels">What is there. Boxes of both in the same pixels: the photo's own.</param>
    public static PictureEvaluation Evaluate(ReadOnlySpan<Detection> detections, ReadOnlySpan<LabelledBox> labels)
    {
        var ordered = InOrder(detections);
        var (hits, ious) = DetectionMatching.Yolov5(ordered, labels);
        var (cocoHits, counts) = DetectionMatching.Coco(ordered, labels);
        var verdicts = new DetectionVerdict[ordered.Length];
        for (var i = 0; i < verdicts.Length; i++)
        {
            verdicts[i] = new(ordered[i].Confidence, ordered[i].Class, ious[i], hits[i], cocoHits[i], counts[i]);
        }

        var labelClasses = new int[labels.Length];
        for (var i = 0; i < labels.Length; i++) labelClasses[i] = labels[i].Class;
        return new(verdicts, labelClasses, ConfusionMatching.Entries(ordered, labels));
    }

    /// <summary>Evaluates one picture.</summary>
    /// <inheritdoc cref="Evaluate(ReadOnlySpan{Detection}, ReadOnlySpan{LabelledBox})" path="/param"/>
    /// <param name="detections"/><param name="labels"/>
    public static PictureEvaluation Evaluate(IEnumerable<Detection> detections, IEnumerable<LabelledBox> labels) =>
        Evaluate(detections.ToArray().AsSpan(), labels.ToArray().AsSpan());

    private static Detection[] InOrder(ReadOnlySpan<Detection> detections)
    {
        var ordered = detections.ToArray();
        for (var i = 1; i < ordered.Length; i++)
        {
            // Suppression hands them over sorted; a stable sort is needed only where somebody else does not.
            if (ordered[i].Confidence > ordered[i - 1].Confidence) return [.. ordered.OrderByDescending(detection => detection.Confidence)];
        }

        return ordered;
    }
}
