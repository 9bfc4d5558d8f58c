using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>Detect: [nc, anchors], both the table's own; a 1×1 convolution with bias a level, then decoding.</summary>
internal sealed class DetectMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        context.Arguments.Expect(0, 2, "[nc, anchors]");
        var (graph, anchors) = (context.Graph, context.Architecture.Anchors);
        if (context.Inputs.Length != anchors.Length)
            throw new GraphException($"it takes {context.Inputs.Length} rows, but the table has anchors for {anchors.Length} levels.");

        var strides = context.Inputs.Select(input => Stride(graph.Shape(input))).ToImmutableArray();
        var heads = context.Inputs.Select((input, level) => graph.Convolution(
            $"{context.Name}.m.{level}", input, anchors[level].Length / 2 * (context.Classes + 5), 1, 1, 0, 1, bias: true));
        return graph.Add(new DetectNode(context.Name, graph.Row, [.. heads], context.Classes, anchors, strides));
    }

    private static int Stride(TensorShape level)
        => GraphAssembler.ProbeSize % level.Height == 0
            ? GraphAssembler.ProbeSize / level.Height
            : throw new GraphException(
                $"a picture of {GraphAssembler.ProbeSize} pixels makes a level of {level.Height} cells, so its stride is no whole number.");
}
