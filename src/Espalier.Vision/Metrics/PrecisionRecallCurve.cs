namespace Espalier.Vision;

/// <summary>Precision and recall of one class among its n most confident detections, for every n.</summary>
internal readonly struct PrecisionRecallCurve
{
    private PrecisionRecallCurve(double[] recall, double[] precision)
    {
        (Recall, Precision) = (recall, precision);
    }

    /// <summary>After each detection, the share of the labels that were found.</summary>
    public double[] Recall { get; }

    /// <summary>After each detection, the share of the detections that are right.</summary>
    public double[] Precision { get; }

    /// <summary>From whether each detection is a true positive, in order of falling confidence.</summary>
    public static PrecisionRecallCurve Of(ReadOnlySpan<bool> truePositives, int labelCount)
    {
        var recall = new double[truePositives.Length];
        var precision = new double[truePositives.Length];
        var hits = 0;
        for (var i = 0; i < truePositives.Length; i++)
        {
            if (truePositives[i]) hits++;
            recall[i] = (double)hits / labelCount;
            precision[i] = (double)hits / (i + 1);
        }

        return new(recall, precision);
    }

    /// <summary>At one of <see cref="IoUThresholds"/>, by yolov5's matching.</summary>
    public static PrecisionRecallCurve Yolov5(ClassDetections detections, int threshold)
    {
        var hits = new bool[detections.Verdicts.Length];
        for (var i = 0; i < hits.Length; i++) hits[i] = detections.Verdicts[i].IsYolov5Hit(threshold);
        return Of(hits, detections.LabelCount);
    }

    /// <summary>At one of <see cref="IoUThresholds"/>, by COCO's matching.</summary>
    public static PrecisionRecallCurve Coco(ClassDetections detections, int threshold)
    {
        var counted = detections.Verdicts.Where(verdict => verdict.CountsForCoco).ToArray();
        var hits = new bool[counted.Length];
        for (var i = 0; i < hits.Length; i++) hits[i] = counted[i].IsCocoHit(threshold);
        return Of(hits, detections.LabelCount);
    }
}
