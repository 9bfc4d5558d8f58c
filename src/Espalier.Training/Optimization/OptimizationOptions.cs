using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Training.Optimization;

/// <summary>How parameters follow their gradients over a run.</summary>
public sealed record OptimizationOptions
{
    /// <summary>The rule.</summary>
    /// <value>The default is <see cref="OptimizerKind.SGD"/>.</value>
    [Option("--optimizer", "What moves the weights")]
    public OptimizerKind Kind { get; init; } = OptimizerKind.SGD;

    /// <summary>The learning rate after warm-up, at epoch 0.</summary>
    /// <value>0 to 10; the default is 0.01.</value>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The share of <see cref="LearningRate"/> that is left at the end.</summary>
    /// <value>0 to 1; the default is 0.01.</value>
    public double FinalLearningRateFraction { get; init; } = 0.01;

    /// <summary>Whether the learning rate falls along half a cosine instead of a line.</summary>
    /// <value>The default is false.</value>
    [Option("--cosine", "Let the learning rate fall along a cosine instead of a line")]
    public bool CosineSchedule { get; init; }

    /// <summary>Momentum of SGD, β₁ of Adam.</summary>
    /// <value>0 to 0.999; the default is 0.937.</value>
    public double Momentum { get; init; } = 0.937;

    /// <summary>Weight decay of convolution weights at the nominal batch size.</summary>
    /// <value>0 to 1; the default is 5e-4.</value>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>Over how many epochs the learning rates and the momentum warm up,
    /// though never under 100 iterations; 0 for no warm-up.</summary>
    /// <value>0 to 1000; the default is 3.</value>
    public double WarmupEpochs { get; init; } = 3;

    /// <summary>Where SGD's momentum starts.</summary>
    /// <value>0 to 0.999; the default is 0.8.</value>
    public double WarmupMomentum { get; init; } = 0.8;

    /// <summary>Where the biases' learning rate starts; the others start at 0.</summary>
    /// <value>0 to 10; the default is 0.1.</value>
    public double WarmupBiasLearningRate { get; init; } = 0.1;

    /// <summary>The batch size for which the rates are meant: smaller batches are accumulated to it.</summary>
    /// <value>1 to 65536; the default is 64.</value>
    public int NominalBatchSize { get; init; } = 64;

    /// <summary>The norm of all gradients together is clipped to this.</summary>
    /// <value>1e-6 to 1e6; the default is 10.</value>
    [Option("", "The norm that all gradients together are clipped to", 1e-6, 1e6, Key = "maximum_gradient_norm")]
    public double MaximumGradientNorm { get; init; } = 10;

    /// <summary>How many batches make up one step after warm-up: max(round(nominal / batch), 1).</summary>
    public int AccumulationFor(int batchSize) => (int)Math.Max(Math.Round((double)NominalBatchSize / batchSize), 1);

    /// <summary>Weight decay × batch · accumulation / nominal batch.</summary>
    public double ScaledWeightDecay(int batchSize) => WeightDecay * batchSize * AccumulationFor(batchSize) / NominalBatchSize;

    /// <summary>Checks every range.</summary>
    /// <exception cref="OptionException">A value is out of its range, which the message names.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(LearningRate, 0, 10, "The learning rate");
        OptionException.ThrowIfOutside(FinalLearningRateFraction, 0, 1, "The final learning rate's fraction");
        OptionException.ThrowIfOutside(Momentum, 0, 0.999, "The momentum");
        OptionException.ThrowIfOutside(WeightDecay, 0, 1, "The weight decay");
        OptionException.ThrowIfOutside(WarmupEpochs, 0, 1000, "The number of warm-up epochs");
        OptionException.ThrowIfOutside(WarmupMomentum, 0, 0.999, "The warm-up momentum");
        OptionException.ThrowIfOutside(WarmupBiasLearningRate, 0, 10, "The warm-up learning rate of biases");
        OptionException.ThrowIfOutside(NominalBatchSize, 1, 65536, "The nominal batch size");
        OptionException.ThrowIfOutside(MaximumGradientNorm, 1e-6, 1e6, "The maximum gradient norm");
        if (!Enum.IsDefined(Kind)) throw new OptionException(
            $"The optimizer is {(int)Kind}, but must be one of {string.Join(", ", Enum.GetNames<OptimizerKind>())}.");
    }
}
