using Espalier.Networks;
using Espalier.Training.Execution;

namespace Espalier.Training.Sparsity;

/// <summary>How much of the penalty falls on each batch-norm scale (<see cref="PenaltySpread.Operations"/>).</summary>
internal static class ScaleWeights
{
    // Shares of operations do not depend on the picture's size, as long as every stride divides it.
    private const int ImageSize = 640;

    /// <summary>A weight a number of a flat tensor of scales; 0 in the gaps between its slots, 1 in the mean over the scales.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="scales">Its batch norms' scales.</param>
    public static float[] ByOperations(Graph graph, FlatTensor scales)
    {
        var slots = scales.Slots;
        var analysis = ChannelAnalysis.Of(graph);
        var savings = new Dictionary<int, double>();
        foreach (var (group, saving) in analysis.Groups.Zip(PruningPlanner.Savings(analysis, ImageSize)))
        {
            foreach (var variable in group.Variables) savings[variable] = saving.MultiplyAdds;
        }

        var norms = graph.Nodes.Index().Where(entry => entry.Item is BatchNormNode)
            .ToDictionary(entry => $"{entry.Item.Name}.weight", entry => analysis.VariablesOf(entry.Index));
        // Where a shortcut adds layers, all their scales must fade for a channel to go: each bears its part of what that saves.
        var bearers = slots.SelectMany(slot => norms[slot.Name]).CountBy(variable => variable).ToDictionary();
        var weights = new float[scales.Values.NumberOfElements];
        foreach (var slot in slots)
        {
            foreach (var (channel, variable) in norms[slot.Name].Index())
                weights[slot.Offset + channel] = (float)Math.Sqrt(savings.GetValueOrDefault(variable) / bearers[variable]);
        }

        var mean = weights.Sum() / slots.Sum(slot => slot.Count);
        for (var index = 0; index < weights.Length && mean > 0; index++) weights[index] /= mean;
        return weights;
    }
}
