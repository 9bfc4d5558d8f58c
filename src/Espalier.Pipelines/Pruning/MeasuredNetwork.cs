using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Loops;
using Espalier.Training.Native;
using Espalier.Training.Prediction;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;
using Espalier.Training.Validation;
using Espalier.Vision;
using static TorchSharp.torch;

namespace Espalier.Pipelines.Pruning;

/// <summary>A network and whatever its cuts depend on: measured once, however many cuts are tried.</summary>
internal sealed class MeasuredNetwork
{
    /// <summary>Pictures a batch, of measuring and of fine-tuning between cuts.</summary>
    public const int BatchSize = 32;

    private readonly PruneOptions _options;
    private readonly string _name;
    private readonly Device _device;
    private readonly MeasuringPictures _pictures;
    private readonly ChannelStatistics _statistics;

    private MeasuredNetwork(Checkpoint checkpoint, string name, PruneOptions options, bool withImportance, IPipelineListener listener, CancellationToken cancellationToken)
    {
        options.Validate();
        Devices.SetThreads(options.Threads);
        (Checkpoint, _name, _options, _device) = (checkpoint, name, options, Devices.Parse(options.Device));
        _pictures = MeasuringPictures.Open(checkpoint, name, options);
        listener.OnNote(withImportance ? $"Measuring {options.Criterion} on {_pictures.Count} pictures" : $"Measuring on {_pictures.Count} pictures");
        _statistics = ChannelStatistics.Measure(checkpoint, _pictures.Batches(cancellationToken), _device);
        Importance = withImportance
            ? Importances.Of(options.Criterion).Measure(
                new(checkpoint, _statistics, _pictures.Batches(cancellationToken), _device, options.Seed))
            : null;
        Analysis = ChannelAnalysis.Of(checkpoint.Graph);
        var whole = Analysis.WholeConvolutions.ToList();
        if (whole.Count == 0) return;
        listener.OnNote(
            $"{whole.Count} convolutions in groups or transposed stay whole, and so does what they read: {string.Join(", ", whole)}");
    }

    public Checkpoint Checkpoint { get; }

    public ChannelAnalysis Analysis { get; }

    /// <summary>The channels' scores; null where a plan says what goes.</summary>
    public ChannelImportance? Importance { get; }

    /// <summary>Measures a network.</summary>
    public static MeasuredNetwork Measure(
        Checkpoint checkpoint, string name, PruneOptions options, IPipelineListener listener, CancellationToken cancellationToken, bool withImportance = true) =>
        new(checkpoint, name, options, withImportance, listener, cancellationToken);

    /// <summary>The plan for a target.</summary>
    public PruningPlan Plan(PruningTarget target) => PruningPlanner.Plan(Analysis, Importance!, _options.Pruning with { ImageSize = Checkpoint.ImageSize, Target = target });

    /// <summary>What is left without some channels.</summary>
    /// <param name="removed">Them.</param>
    /// <param name="folding">What they sent on, folded into what follows; null to let it go.</param>
    public Checkpoint Without(IReadOnlySet<int> removed, ChannelConstants? folding = null)
    {
        var rest = Surgery.Cut(Network, Analysis, removed, folding);
        return Checkpoint with { Graph = rest.Graph, Weights = rest.Weights, Training = new Weights() };
    }

    /// <summary>Cuts, and judges each step.</summary>
    public (Checkpoint Written, CutReports Found) Cut(PruningPlan plan, IPipelineListener listener, CancellationToken cancellationToken, DetectionReport? whole = null)
    {
        var removed = plan.Variables(Analysis);
        whole ??= Judge(CutReports.WholeName, Checkpoint);
        if (removed.Count == 0)
        {
            listener.OnNote("Nothing goes: the network stays as it is");
            return (Checkpoint with { Training = new Weights() }, CutReports.Nothing(whole));
        }

        var cut = Judge(CutReports.CutName, Without(removed));
        var constants = Without(removed, ChannelConstants.Of(Network, Analysis, removed, _statistics.Means));
        var folded = Judge(CutReports.FoldedName, constants);
        var anew = BatchNormCalibration.Run(constants, _pictures.Batches(cancellationToken), _device);
        var found = new CutReports(whole, cut, folded, Judge(CutReports.CalibratedName, anew));
        if (found.Calibrated.MeanAveragePrecision50 >= folded.MeanAveragePrecision50) return (anew, found);
        var kept = BatchNormCalibration.KeepFunction(constants, anew);
        return (kept, found with { FunctionKept = Judge(CutReports.FunctionKeptName, kept) });

        DetectionReport Judge(string step, Checkpoint state)
        {
            listener.OnNote($"Judging: {step}");
            using var judged = new TorchNetwork(state, _device);
            var request = new ValidationRequest { Data = _options.Data, Split = _options.ValidationSplit };
            return request.Run(judged, _name, cancellationToken: cancellationToken).Outcome.Report;
        }
    }

    private Network Network => new(Checkpoint.Graph, Checkpoint.Weights);

    /// <summary>
    /// The first batches of an epoch that no training sees in the same way twice, but every measurement does; as in training, mosaic and all: what the batch
    /// norms' statistics are of. Plain letterboxed photos would be half padding.
    /// </summary>
    private sealed record MeasuringPictures(TrainingLoader Loader, int BatchCount, int Count)
    {
        public static MeasuringPictures Open(Checkpoint checkpoint, string name, PruneOptions options)
        {
            var training = new TrainingOptions
            {
                Data = options.Data,
                TrainingSplit = options.TrainingSplit,
                ValidationSplit = options.ValidationSplit,
                ImageSize = checkpoint.ImageSize,
                BatchSize = BatchSize,
                Seed = options.Seed,
            };
            var data = TrainingData.Scan(training, _ => { }).InOrderOf(checkpoint.ClassNames, name, options.Data);
            var (loader, _) = data.Loaders(training, checkpoint.Stride, BatchPart.Whole, _ => { });
            return new MeasuringPictures(loader, Math.Min(loader.BatchCount, (options.Pictures + BatchSize - 1) / BatchSize), Math.Min(options.Pictures, loader.PictureCount));
        }

        public IEnumerable<Batch> Batches(CancellationToken cancellationToken) => Loader.Epoch(0, cancellationToken: cancellationToken).Take(BatchCount);
    }
}
