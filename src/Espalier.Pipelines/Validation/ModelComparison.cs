using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Pipelines.Models;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Pipelines.Validation;

/// <summary>How two models are compared.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<ComparisonOptions> Table { get; } = new();

    /// <summary>On which photos. Where no image size is said, one that a model is fixed to holds, else the first model's.</summary>
    public required ValidationRequest Photos { get; init; }

    /// <summary>Resamples of the paired bootstrap.</summary>
    [Option("--resamples", "Resamples of the paired bootstrap", 1, PairedBootstrap.MaximumResamples)]
    public int Resamples { get; init; } = PairedBootstrap.DefaultResamples;

    /// <summary>Where the models compute.</summary>
    public EngineOptions Engine { get; init; } = new();
}

/// <summary>Compares two models on the same pictures, prediction by prediction and in mAP.</summary>
public static class ModelComparison
{
    /// <summary>Compares.</summary>
    /// <param name="first">A checkpoint, an .onnx, a safetensors file or a YOLOv5 <c>.pt</c>.</param>
    /// <param name="second">Another, with the same classes.</param>
    /// <param name="options">How.</param>
    /// <param name="listener">Told what was left out and how far it is.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">A model or the data cannot be used, or the models do not suit each other.</exception>
    public static NetworkComparison Run(string first, string second, ComparisonOptions options, IPipelineListener? listener = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ComparisonOptions.Table.Validate(options);
        listener ??= new QuietListener();
        using var one = ModelFiles.OpenNetwork(first, options.Engine);
        using var other = ModelFiles.OpenNetwork(second, options.Engine);
        var frame = one.FixedSize ?? other.FixedSize;
        var photos = options.Photos with
        {
            ImageSize = options.Photos.ImageSize ?? (frame is var (height, width) ? Side(height, width) : one.ImageSize),
            Rectangular = options.Photos.Rectangular && frame is null,
        };
        var (loader, _) = photos.Load(one, first, listener.OnNote, frame, cancellationToken);
        _ = photos.Load(other, second, frame: frame, cancellationToken: cancellationToken); // refuses what does not suit the second
        return NetworkComparison.Run(
            one,
            other,
            loader,
            photos.Suppression,
            options.Resamples,
            (done, total) => listener.OnProgress("comparing", done, total),
            cancellationToken
        );
    }

    /// <summary>The one side of a square; an oblong frame has none, and says its size by itself.</summary>
    private static int? Side(int height, int width) => height == width ? height : null;
}
