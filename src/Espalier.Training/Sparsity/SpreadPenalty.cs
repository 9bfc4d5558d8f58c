using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Sparsity;

/// <summary>L1 of the batch norms' scales, each times its own weight (<see cref="ScaleWeights"/>).</summary>
internal sealed class SpreadPenalty : ElementPenalty
{
    private readonly Tensor _weights;

    /// <summary>A penalty on all trainable scales of a network.</summary>
    public SpreadPenalty(ExecutableNetwork network, SparsityStep step)
        : base(network, ParameterKind.BatchNormScale, step)
    {
        var values = Parameters.Values;
        _weights = tensor(ScaleWeights.ByOperations(network.Graph, values.Slots, (int)values.Values.NumberOfElements), device: network.Device).DetachFromDisposeScope();
    }

    private protected override void AddSubGradient(double rate) => Parameters.Gradients.Values.Add(Parameters.Values.Values.sign().mul_(_weights), rate);

    private protected override void Threshold(double distance)
    {
        var values = Parameters.Values.Values;
        values.copy_(values.sign() * values.abs().Add(_weights, -distance).relu_());
    }
}
