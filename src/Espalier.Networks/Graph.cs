using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// A network as data: primitive nodes in an order in which each comes after its inputs. Everything else — counting, executing,
/// folding, pruning, emission — is a pass over this record. Ends with one <see cref="DetectNode"/>.
/// </summary>
/// <param name="Nodes">The nodes; a node's position is what others name it by.</param>
public sealed record Graph(ImmutableArray<Node> Nodes)
{
    /// <summary>The decoding node at the graph's end.</summary>
    public DetectNode Detect => (DetectNode)Nodes[^1];

    /// <summary>How many classes the heads predict.</summary>
    public int Classes => Detect.Classes;

    /// <summary>The largest stride: image sizes are multiples of it.</summary>
    public int Stride => Detect.Strides.Max();
}
