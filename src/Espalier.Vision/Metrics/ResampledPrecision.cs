using System.Buffers;

namespace Espalier.Vision;

/// <summary>
/// mAP50 by yolov5's rule of any multiset of pictures, without matching or sorting again: detections are sorted once, and
/// a picture drawn n times gives each of its detections n points of the curve.
/// </summary>
internal sealed class ResampledPrecision
{
    private readonly ClassDetections[] _classes;
    private readonly int[][] _labels;

    /// <summary>Prepares a result set.</summary>
    public ResampledPrecision(IReadOnlyList<PictureEvaluation> pictures, int classCount)
    {
        _classes = ClassDetections.Gather(pictures, classCount);
        _labels = new int[classCount][];
        for (var i = 0; i < classCount; i++) _labels[i] = new int[pictures.Count];
        for (var picture = 0; picture < pictures.Count; picture++)
        {
            foreach (var index in pictures[picture].LabelClasses) _labels[index][picture]++;
        }
    }

    /// <summary>The metric where picture i is taken <paramref name="times"/>[i] times.</summary>
    public double MeanAveragePrecision50(ReadOnlySpan<int> times)
    {
        var (sum, classes) = (0.0, 0);
        for (var index = 0; index < _classes.Length; index++)
        {
            var labels = 0;
            for (var picture = 0; picture < times.Length; picture++) labels += times[picture] * _labels[index][picture];
            if (labels == 0) continue;
            sum += OfClass(_classes[index], labels, times);
            classes++;
        }

        return classes == 0 ? 0 : sum / classes;
    }

    private static double OfClass(ClassDetections detections, int labels, ReadOnlySpan<int> times)
    {
        var points = 0;
        foreach (var picture in detections.Pictures) points += times[picture];
        if (points == 0) return 0;

        var recall = ArrayPool<double>.Shared.Rent(points);
        var precision = ArrayPool<double>.Shared.Rent(points);
        var (point, hits) = (0, 0);
        for (var i = 0; i < detections.Verdicts.Length; i++)
        {
            var hit = detections.Verdicts[i].IsYolov5Hit(0) ? 1 : 0;
            for (var n = times[detections.Pictures[i]]; n > 0; n--)
            {
                hits += hit;
                recall[point] = (double)hits / labels;
                precision[point] = (double)hits / ++point;
            }
        }

        var average = AveragePrecision.Yolov5(recall.AsSpan(0, points), precision.AsSpan(0, points));
        ArrayPool<double>.Shared.Return(recall);
        ArrayPool<double>.Shared.Return(precision);
        return average;
    }
}
