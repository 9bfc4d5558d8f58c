using Espalier.Datasets;
using Espalier.Datasets.Yolo;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Native;
using Espalier.Vision;

namespace Espalier.Training.Runs;

/// <summary>Which weights to judge on which photos, and how.</summary>
public sealed record ValidationRequest
{
    /// <summary>A checkpoint, a safetensors file or the original's <c>.pt</c>.</summary>
    public required string Weights { get; init; }

    /// <summary>The <c>data.yaml</c>.</summary>
    public required string Data { get; init; }

    /// <summary>Which split of it.</summary>
    /// <value>Default <c>val</c>.</value>
    public string Split { get; init; } = "val";

    /// <summary>The photos' longer side in pixels; null for the size the network was trained at.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Pictures a batch.</summary>
    /// <value>Default 32.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Whether photos of like shape share a batch of that shape, padded by half a stride.</summary>
    /// <value>Default true.</value>
    public bool Rectangular { get; init; } = true;

    /// <summary>Threads that prepare batches.</summary>
    /// <value>Default 1.</value>
    public int Workers { get; init; } = 1;

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network's arithmetic; 0 for one a core.</summary>
    public int Threads { get; init; }

    /// <summary>Which detections count.</summary>
    public NmsOptions Suppression { get; init; } = NmsOptions.ForValidation;

    /// <summary>Validates.</summary>
    /// <param name="progress">Told batches done and in all.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">Weights or data cannot be used, or their classes differ.</exception>
    public (ValidationOutcome Outcome, DetectionDataset Dataset) Run(Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        Suppression.Validate();
        var checkpoint = Checkpoint.Open(Weights);
        var dataset = DatasetScanner.Scan(DataConfiguration.Read(Data), Split, cancellationToken: cancellationToken);
        var classes = checkpoint.Graph.Classes;
        if (dataset.ClassNames.Count != classes) throw new EspalierException($"'{Weights}' knows {classes} classes, but '{Data}' names {dataset.ClassNames.Count}.");
        var imageSize = ImageSize ?? checkpoint.ImageSize;
        ImageSizes.RequireMultiple(imageSize, checkpoint.Stride);
        Devices.SetThreads(Threads);
        using var network = FoldedNetwork.Create(checkpoint, Devices.Parse(Device));
        var loader = new ValidationLoader(dataset, new ValidationLoaderOptions
        {
            ImageSize = imageSize,
            BatchSize = BatchSize,
            Rectangular = Rectangular,
            Stride = checkpoint.Stride,
            Workers = Workers,
            CacheLimitBytes = 0,
        });
        return (new Validator(network, suppression: Suppression).Run(loader, classes, progress, cancellationToken), dataset);
    }
}
