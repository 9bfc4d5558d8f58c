using System.Buffers;

namespace Espalier.Vision;

/// <summary>
/// The area under a precision-recall curve, by the three rules in use. They differ (.3227, .2482 and .2457 on one small
/// curve), so a number is worth something only with its rule's name.
/// </summary>
/// <remarks>Curves have a point a detection in order of falling confidence: recall and precision among the detections so far.</remarks>
internal static class AveragePrecision
{
    private const int RecallPoints = 101;

    // COCO's evaluation and yolov5's take their recalls from numpy's linspace(0, 1, 101), which multiplies: i · 0.01 is not i / 100 for ten
    // of them (.35, .41, …).
    private const double RecallStep = 1.0 / (RecallPoints - 1);

    /// <summary>
    /// yolov5's rule: the curve is extended by the points (0, 1) and (1, 0), its precision replaced by the highest at or
    /// beyond each recall, interpolated linearly at 101 recalls and integrated by trapezoids.
    /// </summary>
    public static double Yolov5(ReadOnlySpan<double> recall, ReadOnlySpan<double> precision)
    {
        var length = recall.Length + 2;
        var recalls = ArrayPool<double>.Shared.Rent(length);
        var envelope = ArrayPool<double>.Shared.Rent(length);
        try
        {
            Extend(recall, precision, recalls.AsSpan(0, length), envelope.AsSpan(0, length));
            return Trapezoids(recalls.AsSpan(0, length), envelope.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<double>.Shared.Return(recalls);
            ArrayPool<double>.Shared.Return(envelope);
        }
    }

    /// <summary>COCO's rule: the mean, over 101 recalls, of the highest precision at or beyond each;
    /// 0 where the curve does not reach.</summary>
    public static double Coco(ReadOnlySpan<double> recall, ReadOnlySpan<double> precision)
    {
        double sum = 0, highest = 0;
        var point = recall.Length - 1;
        for (var i = RecallPoints - 1; i >= 0; i--)
        {
            for (; point >= 0 && recall[point] >= i * RecallStep; point--) highest = Math.Max(highest, precision[point]);
            sum += highest;
        }

        return sum / RecallPoints;
    }

    /// <summary>The exact area under the highest precision at or beyond each recall (Pascal VOC from 2010 on).</summary>
    public static double EveryPoint(ReadOnlySpan<double> recall, ReadOnlySpan<double> precision)
    {
        double sum = 0, highest = 0;
        for (var i = recall.Length - 1; i >= 0; i--)
        {
            highest = Math.Max(highest, precision[i]);
            sum += (recall[i] - (i == 0 ? 0 : recall[i - 1])) * highest;
        }

        return sum;
    }

    /// <summary>The curve extended as yolov5 does: from (0, 1) to (1, 0), precision made non-increasing.</summary>
    internal static void Extend(ReadOnlySpan<double> recall, ReadOnlySpan<double> precision, Span<double> recalls, Span<double> envelope)
    {
        recalls[0] = 0;
        recall.CopyTo(recalls[1..]);
        recalls[^1] = 1;
        envelope[^1] = 0;
        for (var i = precision.Length - 1; i >= 0; i--) envelope[i + 1] = Math.Max(envelope[i + 2], precision[i]);
        envelope[0] = 1;
    }

    private static double Trapezoids(ReadOnlySpan<double> recalls, ReadOnlySpan<double> envelope)
    {
        var from = 0;
        var previous = Interpolation.At(0, recalls, envelope, ref from);
        double sum = 0;
        for (var i = 1; i < RecallPoints; i++)
        {
            var here = Interpolation.At(i * RecallStep, recalls, envelope, ref from);
            sum += (previous + here) / 2 * RecallStep;
            previous = here;
        }

        return sum;
    }
}
