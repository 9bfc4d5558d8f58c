using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Yolo;
using Espalier.Networks;
using Espalier.Training.Native;
using Espalier.Training.Validation;

namespace Espalier.Training.Quantisation;

/// <summary>On which pictures a network is calibrated for int8, and how.</summary>
public sealed record QuantisationRequest
{
    private const int BatchSize = 32;

    /// <summary>The <c>data.yaml</c>.</summary>
    public required string Data { get; init; }

    /// <summary>The split that is calibrated on; never the one that is judged on.</summary>
    /// <value>Default <c>train</c>.</value>
    public string Split { get; init; } = "train";

    /// <summary>Pictures to calibrate on, spread evenly over the split, letterboxed as they are where the network is used.</summary>
    /// <value>Default 512; 1…1,000,000.</value>
    public int Pictures { get; init; } = 512;

    /// <summary>The side of the squares in pixels, a multiple of the network's stride; null for the size the network was trained at.</summary>
    public int? ImageSize { get; init; }

    /// <summary>How ranges are chosen.</summary>
    public CalibrationMethod Method { get; init; }

    /// <summary>Bits of a weight, its sign among them.</summary>
    /// <value>Default 7; 7 or 8 (<see cref="QuantisationPlan.WeightBits"/>).</value>
    public int WeightBits { get; init; } = 7;

    /// <summary>Whether biases take off what rounding weights adds on average.</summary>
    /// <value>Default true.</value>
    public bool CorrectBiases { get; init; } = true;

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network's arithmetic; 0 for one a core that the process may use.</summary>
    public int Threads { get; init; }

    /// <summary>Calibrates a network: everything in int8.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="note">Told what is being done.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">The data or the options cannot be used.</exception>
    public QuantisationPlan Calibrate(Checkpoint checkpoint, string name, Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        OptionException.ThrowIfOutside(WeightBits, 7, 8, "The number of bits of a weight");
        Devices.SetThreads(Threads);
        var loader = LoaderFor(checkpoint, name, note, cancellationToken);
        note?.Invoke($"Calibrating on {loader.PictureCount} pictures");
        var network = OnnxEmission.Prepare(checkpoint);
        var seen = ActivationCalibration.Measure(network, loader.Batches(cancellationToken), Devices.Parse(Device), cancellationToken);
        var plan = QuantisedTensors.Plan(network.Graph, seen, Method) with { WeightBits = WeightBits };
        return CorrectBiases ? plan : plan with { ChannelMeans = plan.ChannelMeans.Clear() };
    }

    /// <summary>The pictures in squares of the network's size.</summary>
    /// <inheritdoc cref="Calibrate"/>
    public ValidationLoader LoaderFor(Checkpoint checkpoint, string name, Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        OptionException.ThrowIfOutside(Pictures, 1, 1_000_000, "The number of pictures to calibrate on");
        var dataset = DatasetScanner.Scan(DataConfiguration.Read(Data), Split, cancellationToken: cancellationToken);
        dataset = dataset.InOrderOf(checkpoint.ClassNames, name, Data, note);
        DatasetNotes.Tell(dataset, Split, note);
        var count = Math.Min(Pictures, dataset.Entries.Count);
        var spread = dataset with { Entries = [.. Enumerable.Range(0, count).Select(place => dataset.Entries[(int)((long)place * dataset.Entries.Count / count)])] };
        return new ValidationLoader(spread, new ValidationLoaderOptions { ImageSize = ImageSize ?? checkpoint.ImageSize, BatchSize = BatchSize, Rectangular = false, Stride = checkpoint.Stride }, problem => note?.Invoke(DatasetNotes.Text(problem)));
    }
}
