using System.Runtime.InteropServices;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Sparsity;

/// <summary>L1 of every number of a kind: all lie in one flat tensor, so that it is two or three vector operations a step.</summary>
internal sealed class ElementPenalty : SparsityPenalty
{
    private readonly ParameterGroup _parameters;
    private readonly Tensor? _weights;

    /// <summary>A penalty on all trainable numbers of a kind.</summary>
    /// <param name="network">The network.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="step">How it acts.</param>
    /// <param name="weights">How much of it falls on each number of the flat tensor (<see cref="ScaleWeights"/>);
    /// the same on all if null.</param>
    public ElementPenalty(ExecutableNetwork network, ParameterKind kind, SparsityStep step,
        Func<Graph, FlatTensor, float[]>? weights = null)
        : base(step, kind)
    {
        _parameters = network.ParameterGroups.Single(group => group.Kind == kind);
        _weights = weights is null ? null : tensor(weights(network.Graph, _parameters.Values), device: network.Device)
            .DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override double MeanSize()
    {
        // Gaps between slots are zero and count for nothing.
        using var onCpu = _parameters.Values.Values.cpu();
        var sum = 0.0;
        foreach (var value in MemoryMarshal.Cast<byte, float>(onCpu.bytes)) sum += Math.Abs(value);
        return sum / Math.Max(_parameters.Values.Slots.Sum(slot => (long)slot.Count), 1);
    }

    /// <inheritdoc/>
    public override void Dispose() => _weights?.Dispose();

    private protected override void AddSubGradient(double rate)
    {
        var signs = _parameters.Values.Values.sign();
        _parameters.Gradients.Values.Add(_weights is null ? signs : signs.mul_(_weights), rate);
    }

    private protected override void Threshold(double distance)
    {
        var values = _parameters.Values.Values;
        var sizes = values.abs();
        values.copy_(values.sign() * (_weights is null ? sizes.Add(-distance) : sizes.Add(_weights, -distance)).relu_());
    }
}
