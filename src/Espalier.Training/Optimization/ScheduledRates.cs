using Espalier.Training.Execution;

namespace Espalier.Training.Optimization;

/// <summary>What the schedule says for one iteration.</summary>
/// <param name="BiasLearningRate">The learning rate of biases.</param>
/// <param name="WeightLearningRate">The learning rate of convolution weights and BN scales.</param>
/// <param name="Momentum">SGD's momentum; Adam keeps its own.</param>
/// <param name="Accumulation">How many batches make up one step at this point, at least 1.</param>
internal readonly record struct ScheduledRates(double BiasLearningRate, double WeightLearningRate, double Momentum, int Accumulation)
{
    /// <summary>The learning rate of a kind of parameter.</summary>
    public double For(ParameterKind kind) => kind == ParameterKind.Bias ? BiasLearningRate : WeightLearningRate;
}
