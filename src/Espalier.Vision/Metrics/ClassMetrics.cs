namespace Espalier.Vision;

/// <summary>The numbers of one class that has labels. Precision, recall,
/// F1 and the counts are read at the report's best confidence, at IoU .5.</summary>
/// <param name="Class">The class index.</param>
/// <param name="Pictures">Pictures with a label of it.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Precision">Share of its detections that are right.</param>
/// <param name="Recall">Share of its labels that are found.</param>
/// <param name="F1">The harmonic mean of the two.</param>
/// <param name="TruePositives">Recall × labels, rounded, as yolov5 counts.</param>
/// <param name="FalsePositives">True positives / precision − true positives, rounded, as yolov5 counts.</param>
/// <param name="AveragePrecisions">yolov5's AP at each of <see cref="IoUThresholds"/>.</param>
/// <param name="CocoAveragePrecisions">COCO's AP at each of <see cref="IoUThresholds"/>.</param>
/// <param name="Curves">Its curves at IoU .5.</param>
public sealed record ClassMetrics(
    int Class, int Pictures, int Labels, double Precision, double Recall, double F1, int TruePositives, int FalsePositives,
    double[] AveragePrecisions, double[] CocoAveragePrecisions, ClassCurves Curves)
{
    /// <summary>yolov5's AP at IoU .5.</summary>
    public double AveragePrecision50 => AveragePrecisions[0];

    /// <summary>The mean of yolov5's AP over the ten thresholds.</summary>
    public double AveragePrecision50To95 => AveragePrecisions.Average();

    /// <summary>COCO's AP at IoU .5.</summary>
    public double CocoAveragePrecision50 => CocoAveragePrecisions[0];

    /// <summary>The mean of COCO's AP over the ten thresholds.</summary>
    public double CocoAveragePrecision50To95 => CocoAveragePrecisions.Average();
}
