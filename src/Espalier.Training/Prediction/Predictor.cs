using System.Diagnostics;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Native;
using Espalier.Vision;
using static TorchSharp.torch;

namespace Espalier.Training.Prediction;

/// <summary>How pictures are looked at.</summary>
public sealed record PredictorOptions
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<PredictorOptions> Table { get; } = new();

    /// <summary>The longer side in pixels, a multiple of the network's stride; null for the size the network was trained at.</summary>
    [ImageSizeOption("The picture's longer side in pixels; a multiple of the stride; default as trained")]
    public int? ImageSize { get; init; }

    /// <summary>Whether pictures are padded to a square instead of the smallest rectangle of whole strides.</summary>
    [Option("--square", "Pad to a square instead of the smallest rectangle")]
    public bool Square { get; init; }

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    [DeviceOption]
    public string Device { get; init; } = "auto";

    /// <summary>Threads; 0 for one a core that the process may use.</summary>
    [ThreadsOption]
    public int Threads { get; init; }

    /// <summary>Which detections are kept.</summary>
    public NmsOptions Suppression { get; init; } = NmsOptions.ForPrediction;
}

/// <summary>Finds objects in single pictures with TorchSharp: letterbox, network, non-maximum suppression.</summary>
public sealed class Predictor : IPictureDetector
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

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Opens a checkpoint, a safetensors file or the original's <c>.pt</c>.</summary>
    /// <exception cref="EspalierException">The file cannot be used.</exception>
    public static Predictor Open(string weights, PredictorOptions options) => new(Checkpoint.Open(weights), options);

    /// <inheritdoc/>
    public IReadOnlyList<Detection> Detect(Picture picture, out StageTimes times)
    {
        var letterbox = _options.Square
            ? Letterbox.Square(picture.Width, picture.Height, _imageSize)
            : Letterbox.Minimal(picture.Width, picture.Height, _imageSize, _network.Graph.Stride);
        return Detect([picture], [letterbox], out times)[0];
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<Detection>> Detect(IReadOnlyList<Picture> pictures, out StageTimes times) =>
        Detect(pictures, [.. pictures.Select(picture => Letterbox.Square(picture.Width, picture.Height, _imageSize))], out times);

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    /// <param name="pictures">The pictures.</param>
    /// <param name="letterboxes">One each, all of one size.</param>
    /// <param name="times">Where the time went.</param>
    private Detection[][] Detect(IReadOnlyList<Picture> pictures, Letterbox[] letterboxes, out StageTimes times)
    {
        var start = Stopwatch.GetTimestamp();
        var (height, width) = (letterboxes[0].Height, letterboxes[0].Width);
        var pixels = new byte[pictures.Count * letterboxes[0].Length];
        for (var i = 0; i < pictures.Count; i++) letterboxes[i].ApplyTo(pictures[i], pixels.AsSpan(i * letterboxes[i].Length));
        var filled = Stopwatch.GetTimestamp();
        var predictions = Predict(pixels, pictures.Count, height, width);
        var run = Stopwatch.GetTimestamp();
        var length = predictions.Length / pictures.Count;
        var found = pictures.Select((_, i) => Suppress(predictions.AsSpan(i * length, length), letterboxes[i])).ToArray();
        times = new StageTimes(Stopwatch.GetElapsedTime(start, filled), Stopwatch.GetElapsedTime(filled, run),
            Stopwatch.GetElapsedTime(run));
        return found;
    }

    private float[] Predict(byte[] pixels, int count, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return _network.Predict(BatchUpload.ToTensor(pixels, count, height, width, _network.Device)).cpu().data<float>().ToArray();
    }

    private Detection[] Suppress(ReadOnlySpan<float> predictions, Letterbox letterbox)
    {
        var found = NonMaximumSuppression.Suppress(predictions, _network.Graph.Classes, _options.Suppression);
        for (var i = 0; i < found.Length; i++)
            found[i] = found[i] with { Box = letterbox.ToOriginal(found[i].Box).ClipTo(letterbox.SourceWidth, letterbox.SourceHeight) };
        return found;
    }
}
