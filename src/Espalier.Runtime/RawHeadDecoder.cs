using Espalier.Core.Metadata;

namespace Espalier.Runtime;

/// <summary>
/// Boxes out of raw rows, ordered by level, row, column, anchor: xy = (2σ − ½ + cell) · stride, wh = (2σ)² · anchor, the rest σ. Rows whose
/// objectness cannot reach a threshold are passed over by one comparison, before any exponential.
/// </summary>
/// <param name="heads">Strides and anchors.</param>
/// <param name="classes">How many classes.</param>
internal sealed class RawHeadDecoder(DetectorMetadata heads, int classes) : RowDecoder(classes)
{
    private const int Objectness = 4;

    public override int DecodedLength(int length) => length;

    public override int DecodeAbove(ReadOnlySpan<float> rows, int height, int width, float threshold, Span<float> decoded)
    {
        var least = threshold >= 1 ? float.PositiveInfinity : MathF.Log(threshold / (1 - threshold));
        var (source, written) = (0, 0);
        for (var level = 0; level < heads.Strides.Length; level++)
        {
            var (stride, anchors) = (heads.Strides[level], heads.Anchors[level]);
            for (var y = 0; y < height / stride; y++)
            {
                for (var x = 0; x < width / stride; x++)
                {
                    for (var anchor = 0; anchor < anchors.Length; anchor += 2, source += Columns)
                    {
                        if (rows[source + Objectness] < least) continue;
                        Decode(rows.Slice(source, Columns), x, y, stride, anchors[anchor], anchors[anchor + 1],
                            decoded.Slice(written, Columns));
                        written += Columns;
                    }
                }
            }
        }

        return written;
    }

    public override void DecodeAll(ReadOnlySpan<float> rows, int height, int width, Span<float> decoded)
    {
        var first = 0;
        for (var level = 0; level < heads.Strides.Length; level++)
        {
            var (stride, anchors) = (heads.Strides[level], heads.Anchors[level]);
            var (columns, count) = (width / stride, anchors.Length / 2);
            var cells = columns * (height / stride);
            for (var place = 0; place < cells * count; place++)
            {
                var (cell, anchor) = (place / count, place % count);
                var (source, target) = ((first + place) * Columns, (first + (anchor * cells) + cell) * Columns);
                Decode(rows.Slice(source, Columns), cell % columns, cell / columns, stride, anchors[2 * anchor], anchors[(2 * anchor) + 1],
                    decoded.Slice(target, Columns));
            }

            first += cells * count;
        }
    }

    private static void Decode(ReadOnlySpan<float> row, int x, int y, int stride, float anchorWidth, float anchorHeight, Span<float> box)
    {
        for (var i = 0; i < row.Length; i++) box[i] = 1 / (1 + MathF.Exp(-row[i]));
        box[0] = ((2 * box[0]) - 0.5f + x) * stride;
        box[1] = ((2 * box[1]) - 0.5f + y) * stride;
        box[2] = 4 * box[2] * box[2] * anchorWidth;
        box[3] = 4 * box[3] * box[3] * anchorHeight;
    }
}
