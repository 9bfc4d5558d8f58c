using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Sparsity;

/// <summary>The penalty at work: all scales lie in one flat tensor, so that it is two or three vector operations a step. It remembers nothing.</summary>
internal sealed class SparsityPenalty(ExecutableNetwork network, SparsityStep step)
{
    private readonly ParameterGroup _scales = network.ParameterGroups.Single(group => group.Kind == ParameterKind.BatchNormScale);

    /// <summary>λ of the present epoch.</summary>
    public double Rate { get; set; }

    /// <summary>Adds λ · sign(γ) to the gradients; after clipping, before the optimizer's step.</summary>
    public void AddToGradients()
    {
        if (step != SparsityStep.SubGradient) return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _scales.Gradients.Values.Add(_scales.Values.Values.sign(), Rate);
    }

    /// <summary>γ ← sign(γ) · max(|γ| − learning rate · λ, 0); after the optimizer's step.</summary>
    public void Shrink(double learningRate)
    {
        if (step != SparsityStep.Proximal) return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var values = _scales.Values.Values;
        values.copy_(values.sign() * values.abs().Add(-learningRate * Rate).relu_());
    }
}
