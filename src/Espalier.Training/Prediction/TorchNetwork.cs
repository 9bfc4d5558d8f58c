using Espalier.Core;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Native;
using static TorchSharp.torch;

namespace Espalier.Training.Prediction;

/// <summary>A checkpoint's network in libtorch, batch norms folded, for judging.</summary>
internal sealed class TorchNetwork : IPredictionNetwork
{
    private readonly ExecutableNetwork _network;
    private readonly DetectionLoss? _loss;
    private LossValues _losses;
    private int _batches;

    /// <summary>A checkpoint's network.</summary>
    /// <param name="checkpoint">The network and its weights.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="loss">Where the losses are wanted beside the predictions.</param>
    public TorchNetwork(Checkpoint checkpoint, Device device, DetectionLoss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        (_network, _loss, ClassNames, ImageSize) = (FoldedNetwork.Create(checkpoint, device), loss, checkpoint.ClassNames,
            checkpoint.ImageSize);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many classes it knows.</summary>
    public int Classes => _network.Graph.Classes;

    /// <inheritdoc/>
    public int Stride => _network.Graph.Stride;

    /// <inheritdoc/>
    public int ImageSize { get; }

    /// <inheritdoc/>
    public (int Height, int Width)? FixedSize => null;

    /// <summary>The mean losses of all batches since <see cref="Load"/>; null where no loss was asked for.</summary>
    public LossValues? MeanLoss => _loss is null || _batches == 0 ? null : _losses / _batches;

    /// <summary>Opens a checkpoint, a safetensors file or the original's <c>.pt</c>.</summary>
    /// <param name="weights">The file.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</param>
    /// <param name="threads">Threads of the network's arithmetic; 0 for one a core that the process may use.</param>
    /// <exception cref="EspalierException">The file or the device cannot be used.</exception>
    public static TorchNetwork Open(string weights, string device = "auto", int threads = 0)
    {
        var checkpoint = Checkpoint.Open(weights);
        Devices.SetThreads(threads);
        return new TorchNetwork(checkpoint, Devices.Parse(device));
    }

    /// <summary>Takes over other weights of the same architecture, batch norms folded here, and forgets the losses so far.</summary>
    /// <param name="graph">The architecture that the weights are of.</param>
    /// <param name="weights">The weights.</param>
    public void Load(Graph graph, Weights weights)
    {
        _network.Load(Folding.Fold(graph, weights).Weights);
        (_losses, _batches) = (default, 0);
    }

    /// <inheritdoc/>
    public float[] Predict(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var heads = _network.ForwardHeads(BatchUpload.ToTensor(batch, _network.Device));
        if (_loss is not null)
        {
            _losses += LossValues.Of(_loss.Compute(heads, batch.Targets));
            _batches++;
        }

        return _network.Decode(heads).cpu().contiguous().data<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
