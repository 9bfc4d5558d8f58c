using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using static TorchSharp.torch;

namespace Espalier.Training.Thinning;

/// <summary>
/// How strongly the loss depends on each convolution's kernels: |∂L/∂W| (the method that the paper says it used) or, to first order, what setting
/// a weight to zero would cost, |W · ∂L/∂W| (Molchanov et al. 2017). The absolute value is taken batch by batch, then averaged over batches and
/// over the kernel's entries; batch norms use their running statistics. The smaller the more prunable.
/// </summary>
public static class GradientImportance
{
    /// <summary>|∂L/∂W| of every convolution, an output channel each.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="batches">Labelled pictures.</param>
    /// <param name="loss">What is derived.</param>
    /// <param name="device">Where it computes.</param>
    public static ChannelImportance Gradient(Checkpoint checkpoint, IEnumerable<Batch> batches, DetectionLoss loss, Device device) =>
        Measure("gradient", checkpoint, batches, loss, device, (_, gradients) => gradients.abs());

    /// <summary>|W · ∂L/∂W| of every convolution, an output channel each.</summary>
    /// <inheritdoc cref="Gradient" path="/param"/>
    public static ChannelImportance Taylor(Checkpoint checkpoint, IEnumerable<Batch> batches, DetectionLoss loss, Device device) =>
        Measure("taylor", checkpoint, batches, loss, device, (values, gradients) => (values * gradients).abs_());

    private static ChannelImportance Measure(
        string criterion, Checkpoint checkpoint, IEnumerable<Batch> batches, DetectionLoss loss, Device device, Func<Tensor, Tensor, Tensor> score)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(loss);
        using var network = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights, device) { Mode = ExecutionMode.TrainingWithFrozenBatchNorm };
        var group = network.ParameterGroups.Single(parameters => parameters.Kind == ParameterKind.ConvolutionWeight);
        using var sum = group.Values.ZerosLike();
        var count = 0;
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            network.ZeroGradients();
            loss.Compute(network.ForwardHeads(BatchUpload.ToTensor(batch, device)), batch.Targets).Total.backward();
            using var guard = no_grad();
            sum.Values.Accumulate(score(group.Values.Values, group.Gradients.Values));
            count++;
        }

        var totals = new Weights();
        sum.CopyTo(totals);
        var layers = new Dictionary<int, float[]>();
        for (var i = 0; i < checkpoint.Graph.Nodes.Length; i++)
        {
            if (checkpoint.Graph.Nodes[i] is ConvNode conv) layers.Add(i, Means(totals[$"{conv.Name}.weight"].Values, conv.OutChannels, Math.Max(count, 1)));
        }

        return new ChannelImportance(criterion, layers);
    }

    private static float[] Means(float[] totals, int outputs, int batches)
    {
        var length = totals.Length / outputs;
        return [.. Enumerable.Range(0, outputs).Select(output => (float)(totals.AsSpan(output * length, length).ToArray().Sum(value => (double)value) / length / batches))];
    }
}
