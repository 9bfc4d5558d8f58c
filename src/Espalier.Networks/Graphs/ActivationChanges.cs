using Espalier.Core;

namespace Espalier.Networks;

/// <summary>Another activation in place of a network's own:
/// a cheaper one makes a faster network, which must then be trained again.</summary>
internal static class ActivationChanges
{
    /// <summary>The graph with the activations that a file names, each at its node; others stay.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="activations">Activations by the names of their nodes, such as <c>model.0.act</c>.</param>
    /// <exception cref="GraphException">There is an activation at a place where the network has none; the message names it.</exception>
    public static Graph WithActivations(this Graph graph, IReadOnlyDictionary<string, Activation> activations)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(activations);
        var places = graph.Nodes.OfType<ActivationNode>().Select(node => node.Name).ToHashSet();
        foreach (var (name, activation) in activations)
        {
            if (activation.Kind != ActivationKind.Identity && !places.Contains(name))
                throw new GraphException($"it has {activation} at {name}, where its table has no activation.");
        }

        return graph with
        {
            Nodes = [.. graph.Nodes.Select(node => node is ActivationNode own && activations.TryGetValue(own.Name, out var activation)
                ? own with { Activation = activation }
                : node)],
        };
    }

    /// <summary>
    /// The graph with one kind of activation everywhere; where there is none (<see cref="ActivationKind.Identity"/>) none appears, and a
    /// gate's <see cref="ActivationKind.Sigmoid"/> stays one.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="activation">The activation; not <see cref="ActivationKind.Identity"/>.</param>
    /// <exception cref="OptionException">Without activations a network computes nothing that one convolution could not.</exception>
    public static Graph WithActivation(this Graph graph, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (activation.Kind == ActivationKind.Identity) throw new OptionException("The activation must be another than Identity.");
        return graph with
        {
            Nodes = [.. graph.Nodes.Select(
                node => node is ActivationNode { Kind: not (ActivationKind.Identity or ActivationKind.Sigmoid) } own
                ? own with { Activation = activation }
                : node)],
        };
    }
}
