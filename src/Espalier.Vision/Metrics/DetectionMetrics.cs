using Espalier.Core;

namespace Espalier.Vision;

/// <summary>Joins pictures' evaluations into numbers.</summary>
public static class DetectionMetrics
{
    // yolov5 smooths over a tenth of the curve: 1000 · 0.1 · 2 / 2 + 1 points.
    private const int SmoothingPoints = 101;

    /// <summary>The report over pictures.</summary>
    /// <param name="pictures">Each picture once.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <exception cref="EspalierException">A class beyond <paramref name="classCount"/> was met.</exception>
    public static DetectionReport Report(IReadOnlyList<PictureEvaluation> pictures, int classCount)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var gathered = ClassDetections.Gather(pictures, classCount);
        var labelled = Enumerable.Range(0, classCount).Where(index => gathered[index].LabelCount > 0).ToArray();
        var curves = labelled.Select(index => ClassCurves.Of(gathered[index])).ToArray();
        var mean = ClassCurves.Mean(curves);
        var best = HighestPoint(mean.F1);
        var withLabel = PicturesWithLabel(pictures, classCount);
        return new()
        {
            Pictures = pictures.Count,
            Labels = gathered.Sum(detections => detections.LabelCount),
            BestConfidence = ClassCurves.Axis(best),
            Precision = mean.Precision[best],
            Recall = mean.Recall[best],
            F1 = mean.F1[best],
            MeanIoU = MeanIoU(pictures, ClassCurves.Axis(best)),
            PerClass = [.. labelled.Select((index, i) => OfClass(index, withLabel[index], gathered[index], curves[i], best))],
            MeanCurves = mean,
            Confusion = ConfusionMatrix.Of(pictures, classCount),
        };
    }

    /// <summary>The point at which a curve of <see cref="ClassCurves.PointCount"/> values is highest after a moving
    /// average over a tenth of it, its ends repeated.</summary>
    internal static int HighestPoint(ReadOnlySpan<double> curve)
    {
        var best = 0;
        var highest = double.NegativeInfinity;
        for (var i = 0; i < curve.Length; i++)
        {
            double sum = 0;
            for (var j = i - SmoothingPoints / 2; j <= i + SmoothingPoints / 2; j++) sum += curve[Math.Clamp(j, 0, curve.Length - 1)];
            if (sum <= highest) continue;
            (best, highest) = (i, sum);
        }

        return best;
    }

    private static ClassMetrics OfClass(int index, int pictures, ClassDetections detections, ClassCurves curves, int best)
    {
        var (precision, recall) = (curves.Precision[best], curves.Recall[best]);
        var truePositives = Math.Round(recall * detections.LabelCount);
        return new(
            index, pictures, detections.LabelCount, precision, recall, curves.F1[best],
            (int)truePositives, (int)Math.Round(truePositives / (precision + 1e-16) - truePositives),
            OverThresholds(threshold =>
            {
                var curve = PrecisionRecallCurve.Yolov5(detections, threshold);
                return curve.Recall.Length == 0 ? 0 : AveragePrecision.Yolov5(curve.Recall, curve.Precision);
            }),
            OverThresholds(threshold =>
            {
                var curve = PrecisionRecallCurve.Coco(detections, threshold);
                return AveragePrecision.Coco(curve.Recall, curve.Precision);
            }),
            curves);
    }

    private static double[] OverThresholds(Func<int, double> value) => [.. Enumerable.Range(0, IoUThresholds.Count).Select(value)];

    private static int[] PicturesWithLabel(IReadOnlyList<PictureEvaluation> pictures, int classCount)
    {
        var counts = new int[classCount];
        foreach (var index in pictures.SelectMany(picture => picture.LabelClasses.Distinct())) counts[index]++;
        return counts;
    }

    private static double MeanIoU(IReadOnlyList<PictureEvaluation> pictures, double confidence)
    {
        var (sum, count) = (0.0, 0);
        foreach (var verdict in pictures.SelectMany(picture => picture.Verdicts))
        {
            if (!verdict.IsYolov5Hit(0) || verdict.Confidence < confidence) continue;
            sum += verdict.IoU;
            count++;
        }

        return count == 0 ? 0 : sum / count;
    }
}
