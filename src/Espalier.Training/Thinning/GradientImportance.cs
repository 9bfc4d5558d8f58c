using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using static TorchSharp.torch;

namespace Espalier.Training.Thinning;

/// <summary>
/// How strongly the loss depends on each convolution's kernels: |∂L/∂W|, the method that the paper says it used. The absolute value is
/// taken batch by batch, then averaged over batches and over the kernel's entries; batch norms use their running statistics. The smaller
/// the more prunable.
/// </summary>
internal class GradientImportance : IImportance
{
    /// <inheritdoc/>
    public virtual string Name => "gradient";

    /// <inheritdoc/>
    public ChannelImportance Measure(ImportanceSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var (checkpoint, device) = (subject.Checkpoint, subject.Device);
        var loss = new DetectionLoss(checkpoint.Graph.Detect, new LossOptions(), checkpoint.ImageSize);
        using var network = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights,
            device)
        { Mode = ExecutionMode.TrainingWithFrozenBatchNorm };
        var group = network.ParameterGroups.Single(parameters => parameters.Kind == ParameterKind.ConvolutionWeight);
        using var sum = group.Values.ZerosLike();
        var count = 0;
        foreach (var batch in subject.Batches)
        {
            using var scope = NewDisposeScope();
            network.ZeroGradients();
            loss.Compute(network.ForwardHeads(BatchUpload.ToTensor(batch, device)), batch.Targets).Total.backward();
            using var guard = no_grad();
            sum.Values.Accumulate(Score(group.Values.Values, group.Gradients.Values));
            count++;
        }

        var totals = new Weights();
        sum.CopyTo(totals);
        return ChannelImportance.Of(Name, subject.Network, node => node is ConvNode conv
            ? Means(totals[$"{conv.Name}.weight"].Values, conv.OutChannels, Math.Max(count, 1))
            : null) with
        { IsMeanOverEntries = true };
    }

    private protected virtual Tensor Score(Tensor values, Tensor gradients) => gradients.abs();

    private static float[] Means(float[] totals, int outputs, int batches)
    {
        var length = totals.Length / outputs;
        return [.. Enumerable.Range(0, outputs)
            .Select(output => (float)(totals.AsSpan(output * length, length).ToArray().Sum(value => (double)value) / length / batches))];
    }
}
