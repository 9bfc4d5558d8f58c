using System.Collections.Immutable;
using System.Globalization;

namespace Espalier.Networks;

/// <summary>Detect: [nc, anchors], both the table's own and nothing else; a 1×1 convolution with bias a level, then decoding.</summary>
internal sealed class DetectMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        context.Arguments.Expect(0, 2, "[nc, anchors]");
        var (graph, architecture) = (context.Graph, context.Architecture);
        if (!context.Arguments.IsAbsentOr(0, "nc", architecture.Classes.ToString(CultureInfo.InvariantCulture)))
            throw new GraphException($"its first argument must be nc, which the table has as {architecture.Classes}, and no other number.");
        if (!context.Arguments.IsAbsentOr(1, "anchors"))
            throw new GraphException("its second argument must be anchors; which they are stands under anchors in the table.");
        var strides = context.Inputs.Select(input => Stride(graph.Shape(input))).ToImmutableArray();
        var count = architecture.CountedAnchors;
        var anchors = count > 0 ? [.. strides.Select(stride => Counted(stride, count))] : architecture.Anchors;
        if (context.Inputs.Length != anchors.Length)
            throw new GraphException($"it takes {context.Inputs.Length} rows, but the table has anchors for {anchors.Length} levels.");

        anchors = HeadChanges.AlongStrides(anchors, strides);
        var heads = context.Inputs.Select((input, level) => graph.Convolution(
            $"{context.Name}.m.{level}", input, anchors[level].Length / 2 * (context.Classes + 5), 1, 1, 0, 1, bias: true));
        return graph.Add(new DetectNode(context.Name, graph.Row, [.. heads], context.Classes, anchors, strides));
    }

    /// <summary>Squares from 1.5 cells on, a cell apart: a start for the fitting that training does,
    /// which sizes like the built-in tables' need.</summary>
    private static ImmutableArray<float> Counted(int stride, int count)
        => [.. Enumerable.Range(0, 2 * count).Select(side => stride * (1.5f + (side / 2)))];

    private static int Stride(TensorShape level)
        => GraphAssembler.ProbeSize % level.Height == 0
            ? GraphAssembler.ProbeSize / level.Height
            : throw new GraphException(
                $"a picture of {GraphAssembler.ProbeSize} pixels makes a level of {level.Height} cells, so its stride is no whole number.");
}
