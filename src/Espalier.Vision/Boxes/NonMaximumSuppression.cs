using System.Buffers;
using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Vision;

/// <summary>
/// Chooses, among thousands of overlapping predictions, the boxes to report: in order of falling confidence each one is
/// kept unless a kept one (of its class) overlaps it too much. Never stops by the clock; equal confidences are ordered by
/// row, then by class, so that the result is a function of the input alone.
/// </summary>
internal static class NonMaximumSuppression
{
    /// <summary>Numbers of a prediction row before the class probabilities.</summary>
    public const int BoxAndObjectness = 5;

    /// <summary>Suppresses one picture's predictions.</summary>
    /// <param name="predictions">Rows of centre x, centre y, width, height, objectness,
    /// then <paramref name="classCount"/> class probabilities.</param>
    /// <param name="classCount">Classes a row, at least 1.</param>
    /// <param name="options">Thresholds and limits; <see cref="NmsOptions.ForPrediction"/> where null.</param>
    /// <returns>Detections in order of falling confidence, boxes in the predictions' pixels, not clipped.</returns>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public static Detection[] Suppress(ReadOnlySpan<float> predictions, int classCount, NmsOptions? options = null) =>
        Suppress(predictions, classCount, options, out _);

    /// <summary>Suppresses one picture's predictions, and counts those that are no numbers.</summary>
    /// <inheritdoc cref="Suppress(ReadOnlySpan{float}, int, NmsOptions)"/>
    /// <param name="predictions"/><param name="classCount"/><param name="options"/>
    /// <param name="broken">How many rows above the threshold were left out, or lost a class, because they hold NaN or infinity.</param>
    public static Detection[] Suppress(ReadOnlySpan<float> predictions, int classCount, NmsOptions? options, out int broken)
    {
        options ??= NmsOptions.ForPrediction;
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        var columns = BoxAndObjectness + classCount;
        if (predictions.Length % columns != 0)
            throw new ArgumentException($"{predictions.Length} numbers are not rows of {columns}", nameof(predictions));

        var candidates = new Candidates(predictions, classCount, options);
        try
        {
            broken = candidates.Broken;
            return Keep(candidates.SortedKeys(), predictions, classCount, options);
        }
        finally
        {
            candidates.Dispose();
        }
    }

    private static Detection[] Keep(ReadOnlySpan<ulong> keys, ReadOnlySpan<float> predictions, int classCount, NmsOptions options)
    {
        var capacity = Math.Min(keys.Length, options.MaximumDetections);
        var kept = ArrayPool<Detection>.Shared.Rent(capacity);

        // The kept detections of a class form a list: latest[class] is its newest, earlier[i] the one before i.
        var earlier = ArrayPool<int>.Shared.Rent(capacity);
        var latest = ArrayPool<int>.Shared.Rent(classCount);
        try
        {
            latest.AsSpan(0, classCount).Fill(-1);
            var count = 0;
            foreach (var key in keys)
            {
                if (count == capacity) break;
                var detection = Candidates.ToDetection(key, predictions, classCount);
                ref var newest = ref latest[options.Agnostic ? 0 : detection.Class];
                if (IsSuppressed(detection.Box, newest, kept, earlier, options.IoU)) continue;
                kept[count] = detection;
                earlier[count] = newest;
                newest = count++;
            }

            return kept.AsSpan(0, count).ToArray();
        }
        finally
        {
            ArrayPool<Detection>.Shared.Return(kept);
            ArrayPool<int>.Shared.Return(earlier);
            ArrayPool<int>.Shared.Return(latest);
        }
    }

    private static bool IsSuppressed(Box box, int newest, Detection[] kept, int[] earlier, float threshold)
    {
        for (var i = newest; i >= 0; i = earlier[i])
        {
            if (BoxOverlap.IoU(box, kept[i].Box) > threshold) return true;
        }

        return false;
    }
}
