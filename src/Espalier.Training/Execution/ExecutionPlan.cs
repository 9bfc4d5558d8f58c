using System.Collections.Immutable;
using Espalier.Networks;
using Espalier.Training.Execution.Kernels;

namespace Espalier.Training.Execution;

/// <summary>One node of an <see cref="ExecutionPlan"/>.</summary>
/// <param name="Node">What to compute.</param>
/// <param name="Position">The node's position in the graph.</param>
/// <param name="Overwrites">The position of the input whose memory the output takes over, or −1.</param>
/// <param name="Releases">Positions of outputs that nobody reads after this node.</param>
internal sealed record ExecutionStep(Node Node, int Position, int Overwrites, ImmutableArray<int> Releases);

/// <summary>
/// What can be known about memory before any picture is seen: after which node each output has had its last reader, and which
/// nodes may write over their input without disturbing a reader or a backward pass.
/// </summary>
internal static class ExecutionPlan
{
    /// <summary>Plans all nodes but the last, <see cref="DetectNode"/>, whose inputs are kept.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="watched">Positions of further outputs that must survive unchanged.</param>
    public static ImmutableArray<ExecutionStep> For(Graph graph, IReadOnlyCollection<int> watched)
    {
        var nodes = graph.Nodes;
        var kept = new HashSet<int>(watched.Concat(graph.Detect.Inputs));
        var lastReader = new int[nodes.Length];
        var readers = new int[nodes.Length];
        for (var position = 0; position < nodes.Length; position++)
        {
            lastReader[position] = position;
            foreach (var input in nodes[position].Inputs)
            {
                lastReader[input] = position;
                readers[input]++;
            }
        }

        var steps = ImmutableArray.CreateBuilder<ExecutionStep>(nodes.Length - 1);
        for (var position = 0; position < nodes.Length - 1; position++)
        {
            var overwrites = Overwritable(nodes[position], input => readers[input] == 1 && !kept.Contains(input)
                && SurvivesOverwriting(nodes[input]));
            var releases = nodes[position].Inputs.Append(position).Distinct()
                .Where(output => lastReader[output] == position && output != overwrites && !kept.Contains(output));
            steps.Add(new ExecutionStep(nodes[position], position, overwrites, [.. releases]));
        }

        return steps.MoveToImmutable();
    }

    private static int Overwritable(Node node, Func<int, bool> isFree) => node switch
    {
        ActivationNode { Kind: not ActivationKind.Identity } => isFree(node.Inputs[0]) ? node.Inputs[0] : -1,
        InputNode
        or ConvNode
        or ConvTransposeNode
        or BatchNormNode
        or ActivationNode
        or ConcatNode
        or MaxPoolNode
        or UpsampleNode
        or PadNode
        or SpaceToDepthNode or MultiplyNode or GlobalPoolNode or ChannelPoolNode or AttentionNode => -1,
        // Backwards the last operand comes first: in a bottleneck the first one is the shortcut, which others still read.
        AddNode => node.Inputs.Reverse().Where(isFree).DefaultIfEmpty(-1).First(),
        _ => throw Unknown(node),
    };

    /// <summary>
    /// Whether a node's output may be overwritten although its gradient is still to come. Convolution, normalization, sum, concatenation,
    /// pooling and enlarging never look at their output again; some activations do, and so does a global maximum. The picture is the
    /// caller's.
    /// </summary>
    private static bool SurvivesOverwriting(Node node) => node switch
    {
        InputNode or GlobalPoolNode => false,
        ActivationNode activation => !ActivationKernel.Of(activation.Kind).KeepsOutput,
        ConvNode
        or ConvTransposeNode
        or BatchNormNode
        or AddNode
        or ConcatNode
        or MaxPoolNode
        or UpsampleNode
        or PadNode
        or SpaceToDepthNode
        or MultiplyNode or ChannelPoolNode or AttentionNode => true,
        _ => throw Unknown(node),
    };

    private static NotSupportedException Unknown(Node node) => new($"{node.Name}: no plan for the memory of a {node.GetType().Name}.");
}
