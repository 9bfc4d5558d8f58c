namespace Espalier.Vision;

/// <summary>How well detections agree with labels. Means are over the classes that have labels; everything is 0 where none has.</summary>
public sealed record DetectionReport
{
    /// <summary>Pictures evaluated.</summary>
    public required int Pictures { get; init; }

    /// <summary>Labels on them.</summary>
    public required int Labels { get; init; }

    /// <summary>The confidence, 0…1, at which the smoothed mean F1 is highest; precision, recall and F1 are read there.</summary>
    public required double BestConfidence { get; init; }

    /// <summary>Mean precision at <see cref="BestConfidence"/> and IoU .5.</summary>
    public required double Precision { get; init; }

    /// <summary>Mean recall at <see cref="BestConfidence"/> and IoU .5.</summary>
    public required double Recall { get; init; }

    /// <summary>Mean F1 at <see cref="BestConfidence"/> and IoU .5.</summary>
    public required double F1 { get; init; }

    /// <summary>
    /// The mean overlap of matched boxes: over the detections with at least <see cref="BestConfidence"/> that yolov5's rule
    /// counts as true positives at IoU .5, the mean IoU with their label; 0 without any. At least .5 otherwise, by definition.
    /// </summary>
    public required double MeanIoU { get; init; }

    /// <summary>The classes that have labels, by index.</summary>
    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    /// <summary>The mean curves over the classes that have labels.</summary>
    public required ClassCurves MeanCurves { get; init; }

    /// <summary>At confidence .25 and IoU .45.</summary>
    public required ConfusionMatrix Confusion { get; init; }

    /// <summary>mAP50 by yolov5's rule.</summary>
    public double MeanAveragePrecision50 => Mean(metrics => metrics.AveragePrecision50);

    /// <summary>mAP50-95 by yolov5's rule.</summary>
    public double MeanAveragePrecision50To95 => Mean(metrics => metrics.AveragePrecision50To95);

    /// <summary>AP50 by COCO's rule.</summary>
    public double CocoAveragePrecision50 => Mean(metrics => metrics.CocoAveragePrecision50);

    /// <summary>AP (at .50:.05:.95) by COCO's rule.</summary>
    public double CocoAveragePrecision => Mean(metrics => metrics.CocoAveragePrecision50To95);

    /// <summary>True positives of all classes at <see cref="BestConfidence"/>.</summary>
    public int TruePositives => PerClass.Sum(metrics => metrics.TruePositives);

    /// <summary>False positives of the classes that have labels, at <see cref="BestConfidence"/>.</summary>
    public int FalsePositives => PerClass.Sum(metrics => metrics.FalsePositives);

    /// <summary>yolov5's fitness, by which the best epoch is chosen: 0.1·mAP50 + 0.9·mAP50-95.</summary>
    public double Fitness => FitnessOf(MeanAveragePrecision50, MeanAveragePrecision50To95);

    /// <summary>The fitness of a pair of mean average precisions.</summary>
    /// <param name="at50">mAP50.</param>
    /// <param name="at50To95">mAP50-95.</param>
    public static double FitnessOf(double at50, double at50To95) => 0.1 * at50 + 0.9 * at50To95;

    private double Mean(Func<ClassMetrics, double> choose) => PerClass.Count == 0 ? 0 : PerClass.Average(choose);
}
