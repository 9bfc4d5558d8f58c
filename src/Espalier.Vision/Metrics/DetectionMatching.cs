namespace Espalier.Vision;

/// <summary>
/// Which detections of one picture are true positives, at each of the ten <see cref="IoUThresholds"/>. Detections come in
/// order of falling confidence. A detection and a label are used once each; classes must agree. Results hold a bit a threshold.
/// </summary>
internal static class DetectionMatching
{
    private const int CocoDetectionsPerClass = 100;

    /// <summary>
    /// yolov5's rule: each detection claims the label that it covers best; of the detections that claim one label, the
    /// most confident gets it. (A detection whose best label is taken does not fall back on another.)
    /// </summary>
    public static (ushort[] Hits, float[] BestIoU) Yolov5(ReadOnlySpan<Detection> detections, ReadOnlySpan<LabelledBox> labels)
    {
        var hits = new ushort[detections.Length];
        var bestIoU = new float[detections.Length];
        var claimed = new ushort[labels.Length]; // by label: the thresholds at which it is taken
        for (var d = 0; d < detections.Length; d++)
        {
            var best = -1;
            for (var l = 0; l < labels.Length; l++)
            {
                if (labels[l].Class != detections[d].Class) continue;
                var iou = BoxOverlap.IoU(detections[d].Box, labels[l].Box);
                if (iou <= bestIoU[d]) continue;
                (best, bestIoU[d]) = (l, iou);
            }

            if (best < 0) continue;
            hits[d] = (ushort)(Reached(bestIoU[d]) & ~claimed[best]);
            claimed[best] |= hits[d];
        }

        return (hits, bestIoU);
    }

    /// <summary>
    /// COCO's rule: in order of confidence, each detection takes the label that it covers best among those still free. Of
    /// a class only the 100 most confident are looked at.
    /// </summary>
    public static (ushort[] Hits, bool[] Counts) Coco(ReadOnlySpan<Detection> detections, ReadOnlySpan<LabelledBox> labels)
    {
        var hits = new ushort[detections.Length];
        var counts = new bool[detections.Length];
        var seen = new Dictionary<int, int>();
        var taken = new ushort[labels.Length];
        var overlaps = new double[labels.Length];
        for (var d = 0; d < detections.Length; d++)
        {
            var before = seen.GetValueOrDefault(detections[d].Class);
            seen[detections[d].Class] = before + 1;
            counts[d] = before < CocoDetectionsPerClass;
            if (!counts[d]) continue;
            for (var l = 0; l < labels.Length; l++)
            {
                overlaps[l] = labels[l].Class == detections[d].Class ? BoxOverlap.CocoIoU(detections[d].Box, labels[l].Box) : 0;
            }

            for (var t = 0; t < IoUThresholds.Count; t++)
            {
                var best = BestFree(overlaps, taken, t);
                if (best < 0) continue;
                taken[best] |= (ushort)(1 << t);
                hits[d] |= (ushort)(1 << t);
            }
        }

        return (hits, counts);
    }

    private static ushort Reached(float iou)
    {
        var reached = 0;
        for (var t = 0; t < IoUThresholds.Count; t++)
        {
            if (iou >= IoUThresholds.Values[t]) reached |= 1 << t;
        }

        return (ushort)reached;
    }

    // Of equal overlaps the last label wins, as in COCO's own evaluation.
    private static int BestFree(double[] overlaps, ushort[] taken, int threshold)
    {
        var best = -1;
        var least = IoUThresholds.CocoValues[threshold];
        for (var l = 0; l < overlaps.Length; l++)
        {
            if ((taken[l] >> threshold & 1) != 0 || overlaps[l] < least) continue;
            (best, least) = (l, overlaps[l]);
        }

        return best;
    }
}
