namespace Espalier.Training.Thinning;

/// <summary>How good a model is on one split.</summary>
/// <param name="Split">The split.</param>
/// <param name="Pictures">Its pictures.</param>
/// <param name="Precision">At the confidence of the best mean F1.</param>
/// <param name="Recall">There.</param>
/// <param name="MeanAveragePrecision50">mAP50 by YOLOv5's rule.</param>
/// <param name="MeanAveragePrecision">mAP50-95 by YOLOv5's rule.</param>
/// <param name="MeanIoU">Of matched boxes.</param>
/// <param name="ThanDense">The difference in mAP50 to the dense model; null for itself.</param>
/// <param name="ThanRandom">The difference to the model that was cut at random to the same depth; null where there is none.</param>
public sealed record ReportedAccuracy(string Split, int Pictures, double Precision, double Recall, double MeanAveragePrecision50,
    double MeanAveragePrecision, double MeanIoU, ReportedDifference? ThanDense, ReportedDifference? ThanRandom);

/// <summary>A difference in mAP50 on the same pictures, with its 95 % interval by paired bootstrap.</summary>
public sealed record ReportedDifference(double Value, double Low, double High);
