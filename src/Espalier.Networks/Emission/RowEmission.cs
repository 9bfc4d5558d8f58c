using static Espalier.Networks.OnnxBody;

namespace Espalier.Networks;

/// <summary>
/// The heads as plain rows, before the sigmoid: a head is a matrix that every cell's features are multiplied with, which runtimes do in
/// whole numbers with a result in floats.
/// </summary>
/// <param name="body">Where operations go.</param>
/// <param name="network">The network.</param>
/// <param name="quantized">What is int8; null where nothing is.</param>
internal sealed class RowEmission(OnnxBody body, Network network, QuantizedEmission? quantized)
{
    private readonly int _columns = network.Graph.Classes + 5;

    /// <summary>Emits the heads as one tensor, ordered by level, row, column, anchor: as the products lie.</summary>
    /// <param name="features">The names of what the head convolutions read, a level each.</param>
    /// <param name="batch">Pictures a call; null where they are free.</param>
    /// <param name="output">The name of the result: (batch, predictions, 5 + classes).</param>
    public void Emit(IReadOnlyList<string> features, int? batch, string output)
    {
        var shape = batch is { } count ? body.Integers("rows.shape", count, -1, _columns)
            : body.Add("Concat", "rows.shape", [body.Add("Shape", "rows.batch", [OnnxFile.Input], Attribute("start", 0),
                Attribute("end", 1)), body.Integers("rows.rest", -1, _columns)], Attribute("axis", 0));
        var levels = features.Select((feature, level) => body.Add("Reshape", $"{Head(level).Name}.rows", [Cells(level, feature), shape]))
            .ToArray();
        if (levels is [var only]) body.Add("Identity", output, [only]);
        else body.Add("Concat", output, levels, Attribute("axis", 1));
    }

    /// <summary>Emits one head as its convolution would give it.</summary>
    /// <param name="level">Which.</param>
    /// <param name="features">The name of what its convolution reads.</param>
    /// <returns>The name of the result: (batch, anchors · (5 + classes), rows, columns).</returns>
    public string Planes(int level, string features)
    {
        // Of the features' shape (batch, channels, rows, columns) all but the channels stays.
        var head = Head(level);
        var shape = body.Add("Shape", $"{head.Name}.features.shape", [features]);
        var places = body.Add("Gather", $"{head.Name}.places", [shape, body.Integers("places.order", 0, 2, 3)], Attribute("axis", 0));
        var grid = body.Add("Concat", $"{head.Name}.grid", [places, body.Integers($"grid.{head.OutChannels}", head.OutChannels)],
            Attribute("axis", 0));
        var cells = body.Add("Reshape", $"{head.Name}.gridded", [Cells(level, features), grid]);
        return body.Add("Transpose", head.Name, [cells], Attribute("perm", 0, 3, 1, 2));
    }

    /// <summary>(cells, anchors, 5 + classes), all pictures' cells one after another.</summary>
    private string Cells(int level, string features)
    {
        var head = Head(level);
        var cells = quantized?.HeadFeatures(head, features, tensor => Turned(head, tensor)) ?? Turned(head, features);
        var product = body.Add("MatMul", $"{head.Name}.product", [cells, quantized?.HeadMatrix(head) ?? Matrix(head)]);

        // The bias is added to rows rather than to the matrix: a runtime that makes one float operation of product and sum no longer sees
        // whole numbers.
        var anchors = head.OutChannels / _columns;
        var split = body.Add("Reshape", $"{head.Name}.split", [product, body.Integers($"rows.{anchors}", -1, anchors, _columns)]);
        return body.Add("Add", $"{head.Name}.moved", [split, body.Floats($"{head.Name}.bias", [anchors, _columns],
            quantized?.CorrectedBias(head) ?? network.Weights[$"{head.Name}.bias"].Values)]);
    }

    private ConvNode Head(int level) => (ConvNode)network.Graph.Nodes[network.Graph.Detect.Inputs[level]];

    private string Turned(ConvNode head, string features)
    {
        var turned = body.Add("Transpose", $"{head.Name}.turned", [features], Attribute("perm", 0, 2, 3, 1));
        return body.Add("Reshape", $"{head.Name}.cells", [turned, body.Integers($"{head.Name}.cells.shape", -1, head.InChannels)]);
    }

    private string Matrix(ConvNode head)
        => body.Floats($"{head.Name}.weight", [head.InChannels, head.OutChannels],
            Transposed<float>(network.Weights[$"{head.Name}.weight"].Values, head.OutChannels, head.InChannels));

    /// <summary>(rows, columns) → (columns, rows).</summary>
    internal static T[] Transposed<T>(ReadOnlySpan<T> values, int rows, int columns)
    {
        var turned = new T[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++) turned[(column * rows) + row] = values[(row * columns) + column];
        }

        return turned;
    }
}
