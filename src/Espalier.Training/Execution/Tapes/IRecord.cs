using static TorchSharp.torch;

namespace Espalier.Training.Execution.Tapes;

/// <summary>What a node of the tape needs for the way back.</summary>
internal interface IRecord : IDisposable
{
    /// <summary>Adds the gradients of the node's inputs to <paramref name="gradients"/>
    /// and those of its parameters to the network's.</summary>
    /// <param name="gradient">The gradient of the node's output; the caller's.</param>
    /// <param name="isOwned">Whether nobody else reads the gradient's memory: it may be written to.</param>
    /// <param name="gradients">By position of the outputs.</param>
    void PlayBack(Tensor gradient, bool isOwned, TapeGradients gradients);
}
