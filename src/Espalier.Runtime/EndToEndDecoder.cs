using Espalier.Vision;

namespace Espalier.Runtime;

/// <summary>Rows out of finished detections, (detections, 6): the confidence becomes the objectness, and the class is certain.</summary>
/// <param name="classes">How many classes.</param>
internal sealed class EndToEndDecoder(int classes) : RowDecoder(classes)
{
    /// <summary>Numbers of a detection: left, top, right, bottom, confidence, class.</summary>
    public const int DetectionNumbers = 6;

    private const int Objectness = 4;

    public override int DecodedLength(int length) => length / DetectionNumbers * Columns;

    public override int DecodeAbove(ReadOnlySpan<float> rows, int height, int width, float threshold, Span<float> decoded)
    {
        var written = 0;
        for (var start = 0; start < rows.Length; start += DetectionNumbers)
        {
            var detection = rows.Slice(start, DetectionNumbers);
            if (detection[Objectness] <= threshold) continue;
            Decode(detection, decoded.Slice(written, Columns));
            written += Columns;
        }

        return written;
    }

    public override void DecodeAll(ReadOnlySpan<float> rows, int height, int width, Span<float> decoded)
    {
        for (var i = 0; i < rows.Length / DetectionNumbers; i++)
            Decode(rows.Slice(i * DetectionNumbers, DetectionNumbers), decoded.Slice(i * Columns, Columns));
    }

    private void Decode(ReadOnlySpan<float> detection, Span<float> row)
    {
        row.Clear();
        row[0] = (detection[0] + detection[2]) / 2;
        row[1] = (detection[1] + detection[3]) / 2;
        row[2] = detection[2] - detection[0];
        row[3] = detection[3] - detection[1];
        var label = detection[5];
        var isClass = label >= 0 && label < Classes && label == MathF.Floor(label);
        // A class that there is not makes the row no detection, to be dropped and counted.
        row[Objectness] = isClass ? detection[Objectness] : float.NaN;
        if (isClass) row[NonMaximumSuppression.BoxAndObjectness + (int)label] = 1;
    }
}
