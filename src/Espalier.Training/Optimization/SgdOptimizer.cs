using System.Collections.Immutable;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Optimization;

/// <summary>Stochastic gradient descent with Nesterov momentum.</summary>
internal sealed class SgdOptimizer : Optimizer
{
    private readonly ImmutableArray<FlatTensor> _velocities;

    public SgdOptimizer(ExecutableNetwork network, double weightDecay)
        : base(network, weightDecay) => _velocities = ZerosPerGroup();

    private protected override void Step(int group, Tensor values, Tensor gradients, double learningRate,
        double momentum, double weightDecay)
    {
        var velocity = _velocities[group].Values;
        if (weightDecay != 0) gradients.Add(values, weightDecay);
        velocity.Multiply(momentum).Accumulate(gradients);
        gradients.Add(velocity, momentum);
        values.Add(gradients, -learningRate);
    }

    private protected override IEnumerable<(string Prefix, FlatTensor Flat)> State() => _velocities.Select(flat => ("momentum/", flat));
}
