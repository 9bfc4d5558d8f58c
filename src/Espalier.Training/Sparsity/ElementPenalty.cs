using System.Runtime.InteropServices;
using Espalier.Training.Execution;

namespace Espalier.Training.Sparsity;

/// <summary>L1 of every number of a kind: all lie in one flat tensor, so that it is two or three vector operations a step.</summary>
internal sealed class ElementPenalty(ExecutableNetwork network, ParameterKind kind, SparsityStep step) : SparsityPenalty(step, kind)
{
    private readonly ParameterGroup _parameters = network.ParameterGroups.Single(group => group.Kind == kind);

    /// <inheritdoc/>
    public override double MeanSize()
    {
        // Gaps between slots are zero and count for nothing.
        using var onCpu = _parameters.Values.Values.cpu();
        var sum = 0.0;
        foreach (var value in MemoryMarshal.Cast<byte, float>(onCpu.bytes)) sum += Math.Abs(value);
        return sum / Math.Max(_parameters.Values.Slots.Sum(slot => (long)slot.Count), 1);
    }

    private protected override void AddSubGradient(double rate) => _parameters.Gradients.Values.Add(_parameters.Values.Values.sign(), rate);

    private protected override void Threshold(double distance)
    {
        var values = _parameters.Values.Values;
        values.copy_(values.sign() * values.abs().Add(-distance).relu_());
    }
}
