namespace Espalier.Vision;

/// <summary>Pairs detections above <see cref="ConfusionMatrix.Confidence"/> with labels
/// of any class by falling overlap, each used once.</summary>
internal static class ConfusionMatching
{
    /// <summary>What one picture adds: a pair each match, and background for what is left over on either side.</summary>
    public static ConfusionEntry[] Entries(ReadOnlySpan<Detection> detections, ReadOnlySpan<LabelledBox> labels)
    {
        var pairs = Pairs(detections, labels);
        var entries = new List<ConfusionEntry>(labels.Length);
        var detectionUsed = new bool[detections.Length];
        var labelUsed = new bool[labels.Length];
        foreach (var (_, d, l) in pairs)
        {
            if (detectionUsed[d] || labelUsed[l]) continue;
            detectionUsed[d] = labelUsed[l] = true;
            entries.Add(new(detections[d].Class, labels[l].Class));
        }

        for (var l = 0; l < labels.Length; l++)
        {
            if (!labelUsed[l]) entries.Add(new(ConfusionEntry.Background, labels[l].Class));
        }

        for (var d = 0; d < detections.Length; d++)
        {
            if (!detectionUsed[d] && detections[d].Confidence > ConfusionMatrix.Confidence)
                entries.Add(new(detections[d].Class, ConfusionEntry.Background));
        }

        return [.. entries];
    }

    // A detection stands for the label that it covers best, so that it cannot excuse another one.
    private static IEnumerable<(float IoU, int Detection, int Label)> Pairs(ReadOnlySpan<Detection> detections,
        ReadOnlySpan<LabelledBox> labels)
    {
        var pairs = new List<(float IoU, int Detection, int Label)>();
        for (var d = 0; d < detections.Length; d++)
        {
            if (!(detections[d].Confidence > ConfusionMatrix.Confidence)) continue;
            var best = (IoU: ConfusionMatrix.IoU, Label: -1);
            for (var l = 0; l < labels.Length; l++)
            {
                var iou = BoxOverlap.IoU(detections[d].Box, labels[l].Box);
                if (iou > best.IoU) best = (iou, l);
            }

            if (best.Label >= 0) pairs.Add((best.IoU, d, best.Label));
        }

        return pairs.OrderByDescending(pair => pair.IoU);
    }
}
