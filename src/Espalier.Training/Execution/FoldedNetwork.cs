using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>Networks as they are used rather than trained: batch norms folded into the convolutions, in evaluation mode.</summary>
internal static class FoldedNetwork
{
    /// <summary>A checkpoint's network for use.</summary>
    /// <param name="checkpoint">The network and its weights.</param>
    /// <param name="device">Where it computes.</param>
    public static ExecutableNetwork Create(Checkpoint checkpoint, Device device)
    {
        var (graph, weights) = Folding.Fold(checkpoint.Graph, checkpoint.Weights);
        return new ExecutableNetwork(graph, weights, device) { Mode = ExecutionMode.Evaluation };
    }
}
