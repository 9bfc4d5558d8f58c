using Espalier.Core;

namespace Espalier.Networks;

/// <summary>Another activation in place of a network's own: a cheaper one makes a faster network, which must then be trained again.</summary>
public static class ActivationChanges
{
    /// <summary>The graph with one kind of activation everywhere; where there is none (<see cref="ActivationKind.Identity"/>) none appears.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="activation">The activation; not <see cref="ActivationKind.Identity"/>.</param>
    /// <exception cref="OptionException">Without activations a network computes nothing that one convolution could not.</exception>
    public static Graph WithActivation(this Graph graph, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (activation.Kind == ActivationKind.Identity) throw new OptionException("The activation must be another than Identity.");
        return graph with
        {
            Nodes = [.. graph.Nodes.Select(node => node is ActivationNode { Kind: not ActivationKind.Identity } own ? own with { Activation = activation } : node)],
        };
    }
}
