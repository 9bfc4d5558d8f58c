using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>What a cut network must equal: the whole one in which all that goes is silent.</summary>
internal static class Silencing
{
    /// <summary>The whole network with γ = 0, and β = 0 too where it is not kept, on the removed channels of every batch norm and on the
    /// last one of every branch that goes from a sum.</summary>
    public static Network Of(Network network, Removal removal, bool keepShift)
    {
        var (graph, analysis) = (network.Graph, removal.Analysis);
        var weights = new Weights();
        foreach (var name in network.Weights.Names)
            weights[name] = network.Weights[name] with { Values = [.. network.Weights[name].Values] };
        var ends = removal.Blocks.Where(block => graph.Nodes[block.Branch.Joint] is AddNode)
            .Select(block => LastNorm(graph, graph.Nodes[block.Branch.Joint].Inputs[block.Branch.Place])).ToHashSet();
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var gone = analysis.VariablesOf(i).Select(variable => removal.Takes(variable) || ends.Contains(i)).ToArray();
            // A gate's convolutions have no batch norm behind them.
            if (graph.Nodes[i] is ConvNode conv)
            {
                foreach (var channel in Enumerable.Range(0, conv.OutChannels).Where(channel => gone[channel]))
                {
                    var length = weights[$"{conv.Name}.weight"].Values.Length / conv.OutChannels;
                    weights[$"{conv.Name}.weight"].Values.AsSpan(channel * length, length).Clear();
                    if (conv.Bias && !keepShift) weights[$"{conv.Name}.bias"].Values[channel] = 0;
                }
            }

            if (graph.Nodes[i] is not BatchNormNode norm) continue;
            foreach (var channel in Enumerable.Range(0, norm.Channels).Where(channel => gone[channel]))
            {
                weights[$"{norm.Name}.weight"].Values[channel] = 0;
                if (!keepShift) weights[$"{norm.Name}.bias"].Values[channel] = 0;
            }
        }

        return network with { Weights = weights };
    }

    /// <summary>Whether a channel is read through a window, whose padding sees no constant.</summary>
    public static bool FeedsLargerKernels(ChannelAnalysis analysis, int variable) => analysis.Graph.Nodes
        .OfType<ConvNode>().Any(conv => conv.Kernel > 1 && analysis.VariablesOf(conv.Inputs[0]).Contains(variable));

    private static int LastNorm(Graph graph, int node)
    {
        while (graph.Nodes[node] is not BatchNormNode) node = graph.Nodes[node].Inputs[0];
        return node;
    }
}
