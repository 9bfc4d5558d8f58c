using System.Collections.Immutable;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Sparsity;

/// <summary>Group lasso: the norm of every output channel's kernel.
/// A channel's weights lie together in the flat tensor, whatever their order.</summary>
internal sealed class ChannelPenalty : SparsityPenalty
{
    // Where a kernel is zero its sub-gradient is 0 / this, and so is what is left of it.
    private const double SmallestNorm = 1e-12;

    private readonly ParameterGroup _kernels;
    private readonly ImmutableArray<FlatSlot> _slots;

    /// <summary>A penalty on all trainable kernels of a network but those of its heads.</summary>
    public ChannelPenalty(ExecutableNetwork network, SparsityStep step)
        : base(step, ParameterKind.ConvolutionWeight)
    {
        var heads = HeadKernels(network.Graph);
        _kernels = network.ParameterGroups.Single(group => group.Kind == Kind);
        _slots = [.. _kernels.Values.Slots.Where(slot => !heads.Contains(slot.Name))];
    }

    /// <summary>The kernels of the convolutions that <c>Detect</c> reads.</summary>
    public static IReadOnlySet<string> HeadKernels(Graph graph) =>
        graph.Detect.Inputs.Select(input => $"{graph.Nodes[input].Name}.weight").ToHashSet();

    /// <inheritdoc/>
    public override double MeanSize()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (sum, count) = (0.0, 0L);
        foreach (var slot in _slots)
        {
            sum += Norms(Rows(_kernels.Values, slot)).sum().item<float>();
            count += slot.Shape[0];
        }

        return sum / Math.Max(count, 1);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private protected override void AddSubGradient(double rate)
    {
        foreach (var slot in _slots)
        {
            var values = Rows(_kernels.Values, slot);
            Rows(_kernels.Gradients, slot).Add(values / Norms(values).AtLeast(SmallestNorm), rate);
        }
    }

    private protected override void Threshold(double distance)
    {
        foreach (var slot in _slots)
        {
            var values = Rows(_kernels.Values, slot);
            var norms = Norms(values);
            values.mul_(norms.Plus(-distance).relu_() / norms.AtLeast(SmallestNorm));
        }
    }

    /// <summary>(output channels, weights of each) of one kernel, as a view.</summary>
    private static Tensor Rows(FlatTensor flat, FlatSlot slot)
    {
        var each = slot.Shape[0] == 0 ? 0 : slot.Count / slot.Shape[0];
        return flat.Values.as_strided([slot.Shape[0], each], [each, 1], slot.Offset);
    }

    /// <summary>(output channels, 1).</summary>
    private static Tensor Norms(Tensor rows) => (rows * rows).sum(1, keepdim: true).sqrt();
}
