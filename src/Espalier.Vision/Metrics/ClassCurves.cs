namespace Espalier.Vision;

/// <summary>The curves of one class (or the mean over classes) at IoU .5, at <see cref="PointCount"/> even steps of their axis.</summary>
/// <param name="Precision">Against confidence.</param>
/// <param name="Recall">Against confidence.</param>
/// <param name="F1">Against confidence.</param>
/// <param name="PrecisionAtRecall">The highest precision at or beyond each recall, against recall:
/// the precision-recall curve as it is drawn.</param>
public sealed record ClassCurves(double[] Precision, double[] Recall, double[] F1, double[] PrecisionAtRecall)
{
    /// <summary>Points a curve.</summary>
    public const int PointCount = 1000;

    /// <summary>The axis value of a point: 0 for the first, 1 for the last.</summary>
    public static double Axis(int point) => point / (PointCount - 1.0);

    /// <summary>The curves of a class that has labels. Without detections precision and recall are 0.</summary>
    internal static ClassCurves Of(ClassDetections detections)
    {
        var count = detections.Verdicts.Length;
        if (count == 0) return Zero();
        var curve = PrecisionRecallCurve.Yolov5(detections, 0);

        // Negated confidences ascend; confidence above the highest detection's means recall 0 and precision 1.
        var negated = new double[count];
        for (var i = 0; i < count; i++) negated[i] = -detections.Verdicts[i].Confidence;
        var precision = AgainstConfidence(negated, curve.Precision, above: 1);
        var recall = AgainstConfidence(negated, curve.Recall, above: 0);
        var f1 = new double[PointCount];
        for (var i = 0; i < PointCount; i++) f1[i] = 2 * precision[i] * recall[i] / (precision[i] + recall[i] + 1e-16);
        return new(precision, recall, f1, AgainstRecall(curve));
    }

    /// <summary>The mean over classes, point by point; zeros for no classes.</summary>
    internal static ClassCurves Mean(IReadOnlyList<ClassCurves> classes)
    {
        if (classes.Count == 0) return Zero();
        return new(Over(c => c.Precision), Over(c => c.Recall), Over(c => c.F1), Over(c => c.PrecisionAtRecall));

        double[] Over(Func<ClassCurves, double[]> choose)
        {
            var mean = new double[PointCount];
            foreach (var curves in classes)
            {
                var values = choose(curves);
                for (var i = 0; i < PointCount; i++) mean[i] += values[i] / classes.Count;
            }

            return mean;
        }
    }

    private static ClassCurves Zero()
    {
        var zeros = new double[PointCount];
        return new(zeros, zeros, zeros, zeros);
    }

    private static double[] AgainstConfidence(double[] negated, double[] values, double above)
    {
        var curve = new double[PointCount];
        var from = 0;
        for (var i = PointCount - 1; i >= 0; i--)
        {
            var x = -Axis(i);
            curve[i] = x < negated[0] ? above : Interpolation.At(x, negated, values, ref from);
        }

        return curve;
    }

    private static double[] AgainstRecall(PrecisionRecallCurve curve)
    {
        var recalls = new double[curve.Recall.Length + 2];
        var envelope = new double[recalls.Length];
        AveragePrecision.Extend(curve.Recall, curve.Precision, recalls, envelope);
        var precision = new double[PointCount];
        var from = 0;
        for (var i = 0; i < PointCount; i++) precision[i] = Interpolation.At(Axis(i), recalls, envelope, ref from);
        return precision;
    }
}
