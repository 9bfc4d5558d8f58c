namespace Espalier.Networks;

/// <summary>Decoding of the raw heads: xy = (2σ − 0.5 + cell) · stride, wh = (2σ)² · anchor, objectness and classes σ.</summary>
internal static class ReferenceDetection
{
    /// <summary>Fills the predictions.</summary>
    /// <param name="detect">The node.</param>
    /// <param name="anchors">Its anchors in cells: (levels, anchors, 2).</param>
    /// <param name="heads">The raw heads.</param>
    /// <param name="output">(predictions, 5 + classes); within a level the order is anchor, row, column.</param>
    public static void Decode(DetectNode detect, float[] anchors, ReferenceTensor[] heads, ReferenceTensor output)
    {
        var (outputs, count, place) = (detect.Classes + 5, detect.Anchors[0].Length / 2, 0);
        for (var level = 0; level < heads.Length; level++)
        {
            var (height, width, stride) = (heads[level].Shape.Height, heads[level].Shape.Width, detect.Strides[level]);
            for (var prediction = 0; prediction < count * height * width; prediction++, place += outputs)
            {
                var (anchor, cell) = (prediction / (height * width), prediction % (height * width));
                var row = output.Values.AsSpan(place, outputs);
                for (var i = 0; i < outputs; i++)
                    row[i] = (float)Activation.Sigmoid(heads[level].Values[(((anchor * outputs) + i) * height * width) + cell]);
                row[0] = ((2 * row[0]) - 0.5f + (cell % width)) * stride;
                row[1] = ((2 * row[1]) - 0.5f + (cell / width)) * stride;
                row[2] = 4 * row[2] * row[2] * anchors[((level * count) + anchor) * 2] * stride;
                row[3] = 4 * row[3] * row[3] * anchors[(((level * count) + anchor) * 2) + 1] * stride;
            }
        }
    }
}
