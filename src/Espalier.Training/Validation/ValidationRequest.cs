using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Datasets.Loading;
using Espalier.Datasets.Yolo;
using Espalier.Networks;
using Espalier.Training.Prediction;
using Espalier.Training.Runs;

namespace Espalier.Training.Validation;

/// <summary>On which photos to judge a network, and how.</summary>
public sealed record ValidationRequest
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<ValidationRequest> Table { get; } = new();

    /// <summary>The <c>data.yaml</c>.</summary>
    [DataOption("The data.yaml with the labelled photos")]
    public required string Data { get; init; }

    /// <summary>Which split of it.</summary>
    /// <value>Default <c>val</c>.</value>
    [SplitOption("--split", "Which split of it")]
    public string Split { get; init; } = "val";

    /// <summary>The photos' longer side in pixels; null for the size the network was trained at.</summary>
    [ImageSizeOption("The photos' longer side in pixels, a multiple of the stride; default as trained")]
    public int? ImageSize { get; init; }

    /// <summary>Pictures a batch.</summary>
    /// <value>Default 32.</value>
    [BatchOption("Pictures a batch")]
    public int BatchSize { get; init; } = 32;

    /// <summary>Whether photos of like shape share a batch of that shape, padded by half a stride.</summary>
    /// <value>Default true.</value>
    [Option("--square", "Letterbox every photo to a square instead of batching like shapes", IsInverted = true)]
    public bool Rectangular { get; init; } = true;

    /// <summary>Threads that prepare batches.</summary>
    /// <value>Default 1.</value>
    [WorkersOption]
    public int Workers { get; init; } = 1;

    /// <summary>Which detections count.</summary>
    public NmsOptions Suppression { get; init; } = NmsOptions.ForValidation;

    /// <summary>Whether a picture stays that has lost some of its labels, as it may in a run (<see cref="TrainingOptions"/>).</summary>
    internal bool KeepPartial { get; init; }

    /// <summary>How a network is judged as a run's epochs are.</summary>
    /// <param name="options">The run's.</param>
    public static ValidationRequest Of(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ValidationRequest
        {
            Data = options.Data,
            Split = options.ValidationSplit,
            ImageSize = options.ImageSize,
            BatchSize = Math.Min(options.BatchSize * 2, BatchOptionAttribute.Most),
            Workers = options.Workers,
            KeepPartial = options.KeepPartial,
        };
    }

    /// <summary>Judges a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="judged">Told of each batch and of what was found on its pictures.</param>
    /// <param name="note">Told of photos and labels that are left out.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">The data cannot be used, or their classes are not the network's.</exception>
    public (ValidationOutcome Outcome, DetectionDataset Dataset) Run(IPredictionNetwork network, string name,
        Action<BatchValidated>? judged = null, Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        var (loader, dataset) = Load(network, name, note, cancellationToken: cancellationToken);
        return (new Validator(network, Suppression).Run(loader, network.Classes, judged, cancellationToken), dataset);
    }

    /// <summary>
    /// The photos as a network wants them. Where it takes one size of picture alone, every photo is letterboxed to that size; where it
    /// takes any, to that of another network which is given the same pictures (<paramref name="frame"/>), if there is one.
    /// </summary>
    /// <inheritdoc cref="Run"/>
    internal (ValidationLoader Loader, DetectionDataset Dataset) Load(IPredictionNetwork network, string name, Action<string>? note = null,
        (int Height, int Width)? frame = null, CancellationToken cancellationToken = default)
    {
        Suppression.Validate();
        var imageSize = SizeFor(network, name, frame);
        var scan = new ScanOptions { KeepPartial = KeepPartial };
        var dataset = LabelledSet.Open(DataConfiguration.Read(Data), Split, scan, note, cancellationToken)
            .InOrderOf(network.ClassNames, name, Data, note);
        var loader = LabelledSet.Load(dataset, new ValidationLoaderOptions
        {
            ImageSize = imageSize,
            BatchSize = BatchSize,
            Rectangular = Rectangular,
            Frame = (network.FixedSize ?? frame) is var (height, width) ? (width, height) : null,
            Stride = network.Stride,
            Workers = Workers,
            CacheLimitBytes = 0,
        }, note);
        return (loader, dataset);
    }

    private int SizeFor(IPredictionNetwork network, string name, (int Height, int Width)? frame)
    {
        if (network.FixedSize is not var (height, width))
        {
            var imageSize = ImageSize ?? network.ImageSize;
            int[] sides = frame is var (rows, columns) ? [rows, columns] : [imageSize];
            foreach (var side in sides) ImageSizes.RequireMultiple(side, network.Stride);
            return imageSize;
        }

        if (ImageSize is { } wanted && (wanted != height || wanted != width))
            throw new OptionException($"'{name}' takes pictures of {width} × {height} alone, so the image size cannot be {wanted}.");
        return Math.Max(height, width);
    }
}
