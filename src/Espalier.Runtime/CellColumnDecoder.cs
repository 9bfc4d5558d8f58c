using System.Buffers;
using System.Numerics.Tensors;
using Espalier.Vision;

namespace Espalier.Runtime;

/// <summary>
/// Rows out of YOLOv8's columns, (4 + classes, cells): there is no objectness, so each row's is 1. Cells of which no class reaches a
/// threshold are passed over; which those are is found class by class, along the memory.
/// </summary>
/// <param name="classes">How many classes.</param>
internal sealed class CellColumnDecoder(int classes) : RowDecoder(classes)
{
    private const int BoxNumbers = 4;

    public override int DecodedLength(int length) => length / (BoxNumbers + Classes) * Columns;

    public override int DecodeAbove(ReadOnlySpan<float> rows, int height, int width, float threshold, Span<float> decoded)
    {
        var cells = rows.Length / (BoxNumbers + Classes);
        var best = ArrayPool<float>.Shared.Rent(cells);
        try
        {
            var most = best.AsSpan(0, cells);
            rows.Slice(BoxNumbers * cells, cells).CopyTo(most);
            for (var label = 1; label < Classes; label++) TensorPrimitives.Max(most, rows.Slice((BoxNumbers + label) * cells, cells), most);
            var written = 0;
            for (var cell = 0; cell < cells; cell++)
            {
                if (most[cell] <= threshold) continue; // What is no number is not at most anything.
                Decode(rows, cell, cells, decoded.Slice(written, Columns));
                written += Columns;
            }

            return written;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(best);
        }
    }

    public override void DecodeAll(ReadOnlySpan<float> rows, int height, int width, Span<float> decoded)
    {
        var cells = rows.Length / (BoxNumbers + Classes);
        for (var cell = 0; cell < cells; cell++) Decode(rows, cell, cells, decoded.Slice(cell * Columns, Columns));
    }

    private static void Decode(ReadOnlySpan<float> rows, int cell, int cells, Span<float> row)
    {
        row[BoxNumbers] = 1;
        for (var i = 0; i < BoxNumbers; i++) row[i] = rows[(i * cells) + cell];
        for (var i = NonMaximumSuppression.BoxAndObjectness; i < row.Length; i++) row[i] = rows[((i - 1) * cells) + cell];
    }
}
