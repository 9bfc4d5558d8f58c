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

    /// <summary>The largest stride, of a head or of a coarser map that is enlarged again before the heads:
    /// image sizes are multiples of it.</summary>
    public int Stride
    {
        get
        {
            var strides = new double[Nodes.Length];
            for (var i = 0; i < strides.Length; i++)
                strides[i] = Nodes[i].Inputs.IsEmpty ? 1 : strides[Nodes[i].Inputs[0]] * Nodes[i].Coarsening;
            return Math.Max(Detect.Strides.Max(), (int)Math.Min(strides.Max(), GraphLimits.Side));
        }
    }

    /// <summary>The module's name of each row of the table the graph came from, for people to read; may be empty.</summary>
    public ImmutableArray<string> Modules { get; init; } = [];

    /// <summary>The position of the node whose output is a row's.</summary>
    /// <exception cref="GraphException">The graph has no node of that row.</exception>
    public int RowOutput(int row)
    {
        for (var i = Nodes.Length - 1; i >= 0; i--)
        {
            if (Nodes[i].Row == row) return i;
        }

        throw new GraphException($"The graph has no row {row}.");
    }
}
