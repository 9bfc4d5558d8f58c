using Espalier.Networks;

namespace Espalier.Pipelines.Latency;

/// <summary>What a node's time depends on.</summary>
/// <param name="Family">All but its widths: kind, kernel, stride, groups, the map that it gives, and the activation that follows.</param>
/// <param name="Inputs">Channels of all that it reads.</param>
/// <param name="Outputs">Channels that it gives; of the decoding, numbers of a cell.</param>
internal readonly record struct NodeShape(string Family, int Inputs, int Outputs)
{
    /// <summary>The nodes that a network is emitted as, by their names; all but the picture.</summary>
    /// <param name="network">The network.</param>
    /// <param name="emission">What its file promises; its size is fixed.</param>
    public static IReadOnlyList<(string Name, NodeShape Shape)> Of(Checkpoint network, OnnxOptions emission)
    {
        var nodes = OnnxEmission.PrepareFor(network, emission).Graph.Nodes;
        var shapes = ShapeInference.Shapes(new Graph(nodes), emission.Height!.Value, emission.Width!.Value);
        var followers = nodes.OfType<ActivationNode>().ToLookup(node => node.Inputs[0], node => node.Kind);
        return
        [
            .. Enumerable.Range(0, nodes.Length).Where(i => nodes[i] is not InputNode).Select(i =>
            {
                var activation = followers[i].Distinct().Select(kind => $" then {kind}").FirstOrDefault();
                var family = Invariant($"{Kind(nodes[i])} {shapes[i].Height}x{shapes[i].Width}{activation}");
                return (nodes[i].Name, new NodeShape(family, nodes[i].Inputs.Sum(input => shapes[input].Channels), shapes[i].Channels));
            }),
        ];
    }

    private static string Kind(Node node) => node switch
    {
        ConvNode conv => Invariant($"Conv {conv.Kernel}x{conv.KernelColumns}/{conv.Stride}") + Groups(conv) + Dilation(conv),
        ConvTransposeNode conv => Invariant($"ConvTranspose {conv.Kernel}/{conv.Stride} groups {conv.Groups}"),
        ActivationNode activation => activation.Kind.ToString(),
        MaxPoolNode pool => Invariant($"MaxPool {pool.Kernel}/{pool.Stride}"),
        UpsampleNode upsample => Invariant($"Upsample {upsample.Scale}") + (upsample.Bilinear ? " bilinear" : ""),
        _ => Invariant($"{node.GetType().Name[..^"Node".Length]} of {node.Inputs.Length}"),
    };

    private static string Groups(ConvNode conv) =>
        conv.Groups == 1 ? "" : conv.Groups == conv.InChannels ? " depthwise" : Invariant($" groups {conv.Groups}");

    private static string Dilation(ConvNode conv) => conv.Dilation == 1 ? "" : Invariant($" dilated {conv.Dilation}");
}
