using System.Collections.Immutable;
using Espalier.Datasets;
using Espalier.Datasets.Loading;
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

    private readonly Checkpoint _whole;
    private readonly PruneOptions _options;
    private readonly string _name;
    private readonly Device _device;
    private readonly MeasuringPictures _pictures;
    private readonly ChannelStatistics _statistics;

    private MeasuredNetwork(Checkpoint whole, string name, PruneOptions options, PruningPlan? plan, IPipelineListener listener,
        CancellationToken cancellationToken)
    {
        options.Validate();
        Devices.SetThreads(options.Threads);
        (_whole, _name, _options, _device) = (whole, name, options, Devices.Parse(options.Device));
        _pictures = MeasuringPictures.Open(whole, name, options);
        Levels = plan?.Levels ?? LevelsToDrop(listener, cancellationToken);
        Checkpoint = Rest(whole, DetectionLevels.Without(new Network(whole.Graph, whole.Weights), [.. Levels.Select(level => level.Name)]));
        listener.OnNote(plan is null ? $"Measuring {options.Criterion} on {_pictures.Count} pictures"
            : $"Measuring on {_pictures.Count} pictures");
        _statistics = ChannelStatistics.Measure(Checkpoint, _pictures.Batches(cancellationToken), _device);
        Importance = plan is null
            ? Importances.Of(options.Criterion).Measure(
                new(Checkpoint, _statistics, _pictures.Batches(cancellationToken), _device, options.Seed))
            : null;
        Analysis = ChannelAnalysis.Of(Checkpoint.Graph);
        var uncut = Analysis.WholeConvolutions.ToList();
        if (uncut.Count == 0) return;
        listener.OnNote(
            $"{uncut.Count} convolutions in groups or transposed stay whole, and so does what they read: {string.Join(", ", uncut)}");
    }

    /// <summary>The network, its <see cref="Levels"/> gone.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The detection levels that are gone.</summary>
    public ImmutableArray<PlannedLevel> Levels { get; }

    public ChannelAnalysis Analysis { get; }

    /// <summary>The channels' scores; null where a plan says what goes.</summary>
    public ChannelImportance? Importance { get; }

    /// <summary>Measures a network.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">On which pictures, by which criterion.</param>
    /// <param name="listener">Told what is being done.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <param name="plan">What says which levels go, and that no scores are needed;
    /// null where the options and the scores say what goes.</param>
    public static MeasuredNetwork Measure(Checkpoint checkpoint, string name, PruneOptions options, IPipelineListener listener,
        CancellationToken cancellationToken, PruningPlan? plan = null) =>
        new(checkpoint, name, options, plan, listener, cancellationToken);

    /// <summary>The plan for a target, of which the whole network is the measure, its levels not yet gone.</summary>
    public PruningPlan Plan(PruningTarget target)
    {
        var options = _options.Pruning with { ImageSize = Checkpoint.ImageSize, Target = target };
        if (Levels.IsEmpty) return PruningPlanner.Plan(Analysis, Importance!, options);
        var (whole, rest) = (Cost(_whole), Cost(Checkpoint));
        var wanted = target is KeepShare share ? share with { Share = Math.Min(share.Share / rest.ShareOf(whole, share.Of), 1) } : target;
        var plan = PruningPlanner.Plan(Analysis, Importance!, options with { Target = wanted });
        return plan with { Levels = Levels, Asked = target, Before = whole, Reached = plan.After.ShareOf(whole, target.Counts) };
    }

    /// <summary>What a network costs.</summary>
    public static PruningCost Cost(Checkpoint checkpoint) =>
        PruningPlanner.WholeCost(ChannelAnalysis.Of(checkpoint.Graph), checkpoint.ImageSize);

    /// <summary>What a plan leaves.</summary>
    /// <param name="plan">What goes.</param>
    /// <param name="folding">Whether what it sent on is folded into what follows; else it is let go.</param>
    public Checkpoint Without(PruningPlan plan, bool folding = false)
    {
        var removal = plan.Removal(Analysis);
        return Rest(Checkpoint, Surgery.Cut(Network, removal, folding ? ChannelConstants.Of(Network, removal, _statistics.Means) : null));
    }

    /// <summary>Cuts, and judges each step.</summary>
    public (Checkpoint Written, CutReports Found) Cut(PruningPlan plan, IPipelineListener listener, CancellationToken cancellationToken,
        DetectionReport? whole = null)
    {
        whole ??= Judge(CutReports.WholeName, _whole);
        if (plan.IsNothing)
        {
            listener.OnNote("Nothing goes: the network stays as it is");
            return (_whole with { Training = new Weights() }, CutReports.Nothing(whole));
        }

        var cut = Judge(CutReports.CutName, Without(plan));
        var constants = Without(plan, folding: true);
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

    /// <summary>The levels that the options say, and what is lost with them.</summary>
    private ImmutableArray<PlannedLevel> LevelsToDrop(IPipelineListener listener, CancellationToken cancellationToken)
    {
        var names = _options.LevelsToDrop;
        if (names.Count == 0) return [];
        // Refuses what there is not.
        _ = DetectionLevels.Without(_whole.Graph, [.. names.Where(name => name != PruneOptions.UnneededLevels)]);
        var use = LevelUse.Count(_whole.Graph.Detect, _pictures.Batches(cancellationToken));
        listener.OnNote($"Matches of labels with anchors: "
            + $"{string.Join(", ", use.Names.Select((level, place) => Invariant($"{level} {use.ShareOf(place):0.0%}")))}");
        var lost = use.Lost([.. names.SelectMany(name => name == PruneOptions.UnneededLevels ? use.Unneeded() : [name])]);
        foreach (var level in lost)
            listener.OnNote(Invariant($"{level.Name} goes; {level.Alone:0.0%} of the labels match no level that stays"));
        if (lost.IsEmpty && names.Contains(PruneOptions.UnneededLevels))
            listener.OnNote(Invariant($"No level goes: each has more than {LevelUse.MostUnneeded:0 %} of the matches"));
        return lost;
    }

    private static Checkpoint Rest(Checkpoint checkpoint, Network rest) =>
        checkpoint with { Graph = rest.Graph, Weights = rest.Weights, Training = new Weights() };

    private Network Network => new(Checkpoint.Graph, Checkpoint.Weights);

    /// <summary>
    /// The first batches of an epoch that no training sees in the same way twice, but every measurement does; as in training, mosaic and
    /// all: what the batch norms' statistics are of. Plain letterboxed photos would be half padding.
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
            return new MeasuringPictures(loader, Math.Min(loader.BatchCount, (options.Pictures + BatchSize - 1) / BatchSize),
                Math.Min(options.Pictures, loader.PictureCount));
        }

        public IEnumerable<Batch> Batches(CancellationToken cancellationToken) =>
            Loader.Epoch(0, cancellationToken: cancellationToken).Take(BatchCount);
    }
}
