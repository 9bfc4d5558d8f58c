using Espalier.Networks;
using Espalier.Training.Execution.Tapes;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>
/// A network's predictions in float64: what its weights say, to far more places than float32 tells. How far float32 arithmetic is off shows
/// only beside it.
/// </summary>
internal static class ExactPrediction
{
    /// <summary>Boxes of a batch of pictures, batch norms by their running statistics.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its state.</param>
    /// <param name="images">As for <see cref="ExecutableNetwork.ForwardHeads(Tensor)"/>.</param>
    /// <returns>As from <see cref="ExecutableNetwork.Decode"/>, one after another.</returns>
    public static double[] Of(Graph graph, Weights weights, Tensor images)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var outputs = new Tensor?[graph.Nodes.Length];
        foreach (var step in ExecutionPlan.For(graph, []))
        {
            outputs[step.Position] = step.Node is InputNode
                ? images.to(float64)
                : NodeOperations.Compute(step, State(step.Node, weights), outputs, updateStatistics: false);
            foreach (var position in step.Releases) outputs[position]!.Dispose();
        }

        var heads = graph.Detect.Inputs.Select((position, level) => HeadDecoder.Split(graph.Detect, outputs[position]!, level)).ToArray();
        return HeadDecoder.Decode(graph.Detect, heads).contiguous().data<double>().ToArray();
    }

    private static NodeState State(Node node, Weights weights)
    {
        return new NodeState(Find("weight"), Find("bias"), Find("running_mean"), Find("running_var"));

        Tensor? Find(string part) => weights.Find($"{node.Name}.{part}") is { } array
            ? tensor(Array.ConvertAll(array.Values, value => (double)value), [.. array.Shape.Select(length => (long)length)], float64)
            : null;
    }
}
