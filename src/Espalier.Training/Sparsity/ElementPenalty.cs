using System.Runtime.InteropServices;
using Espalier.Training.Execution;

namespace Espalier.Training.Sparsity;

/// <summary>L1 of every number of a kind: all lie in one flat tensor, so that it is two or three vector operations a step.</summary>
internal class ElementPenalty(ExecutableNetwork network, ParameterKind kind, SparsityStep step) : SparsityPenalty(step, kind)
{
    /// <summary>What is penalised.</summary>
    private protected ParameterGroup Parameters { get; } = network.ParameterGroups.Single(group => group.Kind == kind);

    /// <inheritdoc/>
    public override double MeanSize()
    {
        // Gaps between slots are zero and count for nothing.
        using var onCpu = Parameters.Values.Values.cpu();
        var sum = 0.0;
        foreach (var value in MemoryMarshal.Cast<byte, float>(onCpu.bytes)) sum += Math.Abs(value);
        return sum / Math.Max(Parameters.Values.Slots.Sum(slot => (long)slot.Count), 1);
    }

    private protected override void AddSubGradient(double rate) => Parameters.Gradients.Values.Add(Parameters.Values.Values.sign(), rate);

    private protected override void Threshold(double distance)
    {
        var values = Parameters.Values.Values;
        values.copy_(values.sign() * values.abs().Add(-distance).relu_());
    }
}
