namespace Espalier.Vision;

/// <summary>The ten overlaps at which detections are judged: .50, .55, …, .95.</summary>
internal static class IoUThresholds
{
    /// <summary>How many there are.</summary>
    public const int Count = 10;

    private static readonly float[] Table = [.5f, .55f, .6f, .65f, .7f, .75f, .8f, .85f, .9f, .95f];

    // numpy's linspace(.5, .95, 10), from which COCO's evaluation takes them: one of them, .9, is not the nearest double.
    private static readonly double[] CocoTable = [.. Enumerable.Range(0, Count).Select(i => .5 + (i * ((.95 - .5) / (Count - 1))))];

    /// <summary>The same as COCO's evaluation has them.</summary>
    internal static ReadOnlySpan<double> CocoValues => CocoTable;

    /// <summary>The thresholds, ascending; an overlap counts from the threshold itself on.</summary>
    public static ReadOnlySpan<float> Values => Table;
}
