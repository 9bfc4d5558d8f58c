using System.Collections.Immutable;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Optimization;

/// <summary>
/// Changes a network's parameters by their gradients: a handful of vector operations a <see cref="ParameterGroup"/>. Only
/// convolution weights decay. Same results as torch.optim's rule of that name.
/// </summary>
internal abstract class Optimizer : IDisposable
{
    private readonly ImmutableArray<ParameterGroup> _groups;
    private readonly double _weightDecay;

    private protected Optimizer(ExecutableNetwork network, double weightDecay)
    {
        _groups = network.ParameterGroups;
        _weightDecay = weightDecay;
    }

    /// <summary>An optimizer for a network, without memory of earlier steps. It holds on to the network's tensors.</summary>
    /// <param name="options">The rule and its momentum.</param>
    /// <param name="network">What to optimize.</param>
    /// <param name="weightDecay">The decay of convolution weights, scaled (<see cref="OptimizationOptions.ScaledWeightDecay"/>).</param>
    public static Optimizer Create(OptimizationOptions options, ExecutableNetwork network, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(network);
        return options.Kind switch
        {
            OptimizerKind.SGD => new SgdOptimizer(network, weightDecay),
            OptimizerKind.Adam => new AdamOptimizer(network, weightDecay, options.Momentum, isDecoupled: false),
            OptimizerKind.AdamW => new AdamOptimizer(network, weightDecay, options.Momentum, isDecoupled: true),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Kind, "no such optimizer"),
        };
    }

    /// <summary>One step. It uses up the gradients: they are zero afterwards.</summary>
    public void Step(ScheduledRates rates)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        BeginStep();
        for (var index = 0; index < _groups.Length; index++)
        {
            var group = _groups[index];
            var decay = group.Kind == ParameterKind.ConvolutionWeight ? _weightDecay : 0;
            Step(index, group.Values.Values, group.Gradients.Values, rates.For(group.Kind), rates.Momentum, decay);
            group.Gradients.Values.zero_();
        }
    }

    /// <summary>Everything the next step depends on besides parameters and rates, by names such as
    /// <c>momentum/model.0.conv.weight</c>.</summary>
    public Weights ExportState()
    {
        var state = new Weights();
        foreach (var (prefix, flat) in State()) flat.CopyTo(state, prefix);
        ExportCounters(state);
        return state;
    }

    /// <summary>Goes on where <see cref="ExportState"/> stood, bit for bit.</summary>
    /// <exception cref="EspalierException">The state is not of this rule and network; nothing was changed.</exception>
    public void ImportState(Weights state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var (prefix, flat) in State()) StateCheck.Require(state, flat, prefix);
        ImportCounters(state);
        foreach (var (prefix, flat) in State()) flat.CopyFrom(state, prefix);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, flat) in State()) flat.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A flat tensor of zeros a group.</summary>
    private protected ImmutableArray<FlatTensor> ZerosPerGroup() => [.. _groups.Select(group => group.Values.ZerosLike())];

    private protected virtual void BeginStep()
    {
    }

    /// <summary>Changes one group; may overwrite its gradients.</summary>
    private protected abstract void Step(int group, Tensor values, Tensor gradients, double learningRate, double momentum,
        double weightDecay);

    private protected abstract IEnumerable<(string Prefix, FlatTensor Flat)> State();

    private protected virtual void ExportCounters(Weights state)
    {
    }

    private protected virtual void ImportCounters(Weights state)
    {
    }
}
