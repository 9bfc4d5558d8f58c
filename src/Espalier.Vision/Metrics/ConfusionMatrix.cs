namespace Espalier.Vision;

/// <summary>
/// How often each class was taken for each other: rows are predicted classes, columns actual ones, and the last row and
/// column are background (missed labels, and detections where nothing is labelled). Taken at confidence above .25 and IoU above .45.
/// </summary>
public sealed class ConfusionMatrix
{
    /// <summary>Detections count above this.</summary>
    public const float Confidence = 0.25f;

    /// <summary>A detection and a label are a pair above this overlap.</summary>
    public const float IoU = 0.45f;

    private readonly int[] _counts;

    private ConfusionMatrix(int classCount)
    {
        ClassCount = classCount;
        _counts = new int[(classCount + 1) * (classCount + 1)];
    }

    /// <summary>Classes without background.</summary>
    public int ClassCount { get; }

    /// <summary>The index of the background row and column.</summary>
    public int Background => ClassCount;

    /// <summary>How often <paramref name="actual"/> was taken for <paramref name="predicted"/>; either may be
    /// <see cref="Background"/>.</summary>
    public int this[int predicted, int actual]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)predicted, (uint)ClassCount, nameof(predicted));
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)actual, (uint)ClassCount, nameof(actual));
            return _counts[predicted * (ClassCount + 1) + actual];
        }
    }

    /// <summary>The matrix over pictures. Classes from <paramref name="classCount"/> on are an error of the caller.</summary>
    public static ConfusionMatrix Of(IEnumerable<PictureEvaluation> pictures, int classCount)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var matrix = new ConfusionMatrix(classCount);
        foreach (var entry in pictures.SelectMany(picture => picture.Confusions))
        {
            matrix._counts[matrix.Index(entry.Predicted) * (classCount + 1) + matrix.Index(entry.Actual)]++;
        }

        return matrix;
    }

    private int Index(int index) => index == ConfusionEntry.Background ? Background : index;
}
