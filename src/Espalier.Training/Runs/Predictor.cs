using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Native;
using Espalier.Vision;
using static TorchSharp.torch;

namespace Espalier.Training.Runs;

/// <summary>How pictures are looked at.</summary>
public sealed record PredictorOptions
{
    /// <summary>The longer side in pixels, a multiple of the network's stride; null for the size the network was trained at.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Whether pictures are padded to a square instead of the smallest rectangle of whole strides.</summary>
    public bool Square { get; init; }

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads; 0 for one a core.</summary>
    public int Threads { get; init; }

    /// <summary>Which detections are kept.</summary>
    public NmsOptions Suppression { get; init; } = NmsOptions.ForPrediction;
}

/// <summary>Finds objects in single pictures with TorchSharp: letterbox, network, non-maximum suppression.</summary>
public sealed class Predictor : IDisposable
{
    private readonly ExecutableNetwork _network;
    private readonly PredictorOptions _options;
    private readonly int _imageSize;

    /// <summary>A predictor over a network and its weights; batch norms are folded into the convolutions.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="options">How pictures are looked at.</param>
    /// <exception cref="OptionException">An option is outside its range, or the device is absent.</exception>
    public Predictor(Checkpoint checkpoint, PredictorOptions options)
    {
        options.Suppression.Validate();
        _options = options;
        _imageSize = options.ImageSize ?? checkpoint.ImageSize;
        ImageSizes.RequireMultiple(_imageSize, checkpoint.Stride);
        ClassNames = checkpoint.ClassNames;
        Devices.SetThreads(options.Threads);
        _network = FoldedNetwork.Create(checkpoint, Devices.Parse(options.Device));
    }

    /// <summary>The names of classes 0, 1, ….</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Opens a checkpoint, a safetensors file or the original's <c>.pt</c>.</summary>
    /// <exception cref="EspalierException">The file cannot be used.</exception>
    public static Predictor Open(string weights, PredictorOptions options) => new(Checkpoint.Open(weights), options);

    /// <summary>The objects in a picture, most confident first, boxes in its own pixels.</summary>
    public IReadOnlyList<Detection> Detect(Picture picture)
    {
        var stride = _network.Graph.Stride;
        var letterbox = _options.Square
            ? Letterbox.Square(picture.Width, picture.Height, _imageSize)
            : Letterbox.Minimal(picture.Width, picture.Height, _imageSize, stride);
        var found = NonMaximumSuppression.Suppress(Predict(letterbox, picture), _network.Graph.Classes, _options.Suppression);
        for (var i = 0; i < found.Length; i++) found[i] = found[i] with { Box = letterbox.ToOriginal(found[i].Box) };
        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private float[] Predict(Letterbox letterbox, Picture picture)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var pixels = letterbox.Apply(picture).Pixels;
        return _network.Predict(BatchUpload.ToTensor(pixels, 1, letterbox.Height, letterbox.Width, _network.Device)).cpu().data<float>().ToArray();
    }
}
