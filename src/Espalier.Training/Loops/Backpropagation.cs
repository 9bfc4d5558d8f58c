using Espalier.Datasets;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Profiling;
using static TorchSharp.torch;

namespace Espalier.Training.Loops;

/// <summary>
/// A network that learns, forward and back: along a tape on the CPU, as libtorch records it elsewhere. On the way back the gradients of all
/// processes are added up.
/// </summary>
/// <param name="network">The network; the caller's.</param>
/// <param name="tape">Its tape; null where libtorch shall record.</param>
/// <param name="pixels">In what numbers pictures arrive.</param>
/// <param name="group">The processes; this one alone if null.</param>
/// <param name="timeline">Where the time is measured; nowhere if null.</param>
internal sealed class Backpropagation(ExecutableNetwork network, NetworkTape? tape = null, Precision pixels = Precision.FP32,
    IProcessGroup? group = null, Timeline? timeline = null) : IDisposable
{
    private readonly GradientExchange? _exchange = group is { Size: > 1 } ? new GradientExchange(network, group) : null;

    /// <summary>The network.</summary>
    public ExecutableNetwork Network => network;

    /// <summary>A batch's pictures as (batch, 3, rows, columns), 0 to 1.</summary>
    public Tensor Upload(Batch batch)
    {
        using var measured = timeline.Measure("upload");
        return BatchUpload.ToTensor(batch, network.Device, pixels);
    }

    /// <summary>Raw heads, a level each: (batch, anchors, rows, columns, 5 + classes).</summary>
    public IReadOnlyList<Tensor> Forward(Tensor images)
    {
        using var measured = timeline.Measure("forward");
        return tape is null ? network.ForwardHeads(images) : tape.Record(images);
    }

    /// <summary>Adds a loss's gradients to those of the parameters.</summary>
    /// <param name="loss">A scalar made of the heads of the last <see cref="Forward"/>.</param>
    /// <param name="isWhole">Whether a step follows: the gradients then become the sum over all processes.</param>
    public void Backward(Tensor loss, bool isWhole)
    {
        using (timeline.Measure(tape is null ? "backward" : "loss backward")) loss.backward();
        if (tape is null) return;
        using var measured = timeline.Measure("backward");
        tape.PlayBack(isWhole && _exchange is not null ? _exchange.NodeDone : null);
        if (isWhole) _exchange?.Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _exchange?.Dispose();
        tape?.Dispose();
    }
}
