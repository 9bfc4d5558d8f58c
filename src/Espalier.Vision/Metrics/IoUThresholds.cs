namespace Espalier.Vision;

/// <summary>The ten overlaps at which detections are judged: .50, .55, …, .95.</summary>
public static class IoUThresholds
{
    /// <summary>How many there are.</summary>
    public const int Count = 10;

    private static readonly float[] Table = [.5f, .55f, .6f, .65f, .7f, .75f, .8f, .85f, .9f, .95f];

    /// <summary>The thresholds, ascending; an overlap counts from the threshold itself on.</summary>
    public static ReadOnlySpan<float> Values => Table;
}
