using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Sparsity;

/// <summary>The penalty at work on a kind of parameter. It remembers nothing.</summary>
/// <param name="step">How it acts.</param>
/// <param name="kind">What it falls on.</param>
internal abstract class SparsityPenalty(SparsityStep step, ParameterKind kind) : IDisposable
{
    /// <summary>λ of the present epoch.</summary>
    public double Rate { get; set; }

    /// <summary>Which parameters it falls on, whose learning rate <see cref="Shrink"/> wants.</summary>
    public ParameterKind Kind { get; } = kind;

    /// <summary>The penalty that a run asks for.</summary>
    /// <param name="network">Whose trainable parameters it falls on; frozen ones are left alone.</param>
    /// <param name="options">Its kind.</param>
    public static SparsityPenalty Create(ExecutableNetwork network, SparsityOptions options) => options switch
    {
        { On: SparsePart.BatchNormScales, Spread: PenaltySpread.Operations } =>
            new ElementPenalty(network, ParameterKind.BatchNormScale, options.Step, ScaleWeights.ByOperations),
        { On: SparsePart.BatchNormScales } => new ElementPenalty(network, ParameterKind.BatchNormScale, options.Step),
        { KernelPenalty: KernelPenaltyKind.L1 } => new ElementPenalty(network, ParameterKind.ConvolutionWeight, options.Step),
        _ => new ChannelPenalty(network, options.Step),
    };

    /// <summary>Adds λ times the penalty's sub-gradient to the gradients; after clipping, before the optimizer's step.</summary>
    public void AddToGradients()
    {
        if (step != SparsityStep.SubGradient) return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        AddSubGradient(Rate);
    }

    /// <summary>The soft threshold by learning rate · λ; after the optimizer's step.</summary>
    public void Shrink(double learningRate)
    {
        if (step != SparsityStep.Proximal) return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Threshold(learningRate * Rate);
    }

    /// <summary>
    /// The mean over what is penalized of what must fall to zero: |γ|, |w| or ‖w_c‖; 0 where everything is frozen. It reads all of it: once
    /// a run, not once a step.
    /// </summary>
    public abstract double MeanSize();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Adds the sub-gradient; 0 where the parameter is 0.</summary>
    private protected abstract void AddSubGradient(double rate);

    /// <summary>Brings everything nearer to zero by a distance, and no further.</summary>
    private protected abstract void Threshold(double distance);
}
