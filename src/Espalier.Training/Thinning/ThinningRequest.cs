using Espalier.Core;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Loops;
using Espalier.Training.Losses;
using Espalier.Training.Native;
using Espalier.Training.Prediction;
using Espalier.Training.Runs;
using Espalier.Training.Validation;
using Espalier.Vision;
using static TorchSharp.torch;

namespace Espalier.Training.Thinning;

/// <summary>Which network to thin, by what, and on which pictures to measure.</summary>
public sealed record ThinningRequest
{
    private const int BatchSize = 32;

    /// <summary>The criteria by name.</summary>
    public static IReadOnlyList<string> Criteria { get; } = ["bn-scale", "bn-statistics", "gradient", "taylor", "l1", "random"];

    /// <summary>The <c>data.yaml</c>.</summary>
    public required string Data { get; init; }

    /// <summary>One of <see cref="Criteria"/>.</summary>
    public required string Criterion { get; init; }

    /// <summary>How many channels stay, and how they are chosen. Its image size is the network's.</summary>
    public required PruningOptions Pruning { get; init; }

    /// <summary>Measures a network's milliseconds a picture; needed where they are the target.</summary>
    public Func<Checkpoint, double>? Latency { get; init; }

    /// <summary>The split that is measured on: gradients, statistics.</summary>
    /// <value>Default <c>train</c>.</value>
    public string TrainingSplit { get; init; } = "train";

    /// <summary>The split that each step is judged on.</summary>
    /// <value>Default <c>val</c>.</value>
    public string ValidationSplit { get; init; } = "val";

    /// <summary>Pictures that are measured on, varied as in training.</summary>
    /// <value>Default 512.</value>
    public int Pictures { get; init; } = 512;

    /// <summary>Of the criterion <c>random</c>.</summary>
    public int Seed { get; init; }

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network's arithmetic; 0 for one a core that the process may use.</summary>
    public int Threads { get; init; }

    /// <summary>Thins a network: rank, plan, cut, fold constants on, estimate batch norms anew; each step judged.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="note">Told what is being done.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">The data or the options cannot be used, or the target cannot be reached.</exception>
    public ThinningOutcome Run(Checkpoint checkpoint, string name, Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Pruning.Validate();
        if (WholeWhereFastEnough(checkpoint, note) is { } whole) return Apply(whole, checkpoint, name, note, cancellationToken);
        var measured = Measure(checkpoint, name, note, cancellationToken);
        if (Pruning.Target is { Measure: PruningMeasure.Score, Keep: var threshold })
        {
            var below = PruningPlanner.CountBelow(measured.Analysis, measured.Importance!, Pruning, threshold);
            note?.Invoke(FormattableString.Invariant($"{below:N0} of {measured.Analysis.FreeChannels:N0} channels score below {threshold}"));
        }

        var options = Pruning with { ImageSize = checkpoint.ImageSize };
        var plan = Pruning.Target.Measure == PruningMeasure.Milliseconds
            ? PlanForLatency(checkpoint, measured, options, note, cancellationToken)
            : PruningPlanner.Plan(measured.Analysis, measured.Importance!, options);
        return Apply(plan, checkpoint, measured, name, note, cancellationToken);
    }

    /// <summary>The plan that takes nothing, where milliseconds are the target and the network needs no more as it is; else null.</summary>
    private PruningPlan? WholeWhereFastEnough(Checkpoint checkpoint, Action<string>? note)
    {
        if (Pruning.Target is not { Measure: PruningMeasure.Milliseconds, Keep: var wanted }) return null;
        var taken = Milliseconds(checkpoint);
        if (taken > wanted) return null;
        note?.Invoke(FormattableString.Invariant(
            $"The network takes {taken:0.00} ms a picture as it is, no more than the {wanted:0.##} asked for"));
        var plan = PruningPlan.Nothing(ChannelAnalysis.Of(checkpoint.Graph), checkpoint.ImageSize, Pruning.Target);
        return plan with { Criterion = Criterion, Reached = taken };
    }

    private double Milliseconds(Checkpoint checkpoint) => Latency is { } measure
        ? measure(checkpoint)
        : throw new OptionException("Milliseconds are a target only where they can be measured.");

    /// <summary>The mildest cut that is fast enough, by bisection over the share of operations: each candidate is cut and measured.</summary>
    private PruningPlan PlanForLatency(Checkpoint checkpoint, Measured measured, PruningOptions options, Action<string>? note, CancellationToken cancellationToken)
    {
        const int Steps = 7;
        var wanted = options.Target.Keep;
        var (low, high) = (0.02, 1.0);
        PruningPlan? best = null;
        var fastest = double.PositiveInfinity;
        for (var step = 0; step < Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var share = (low + high) / 2;
            if (PlanFor(share) is not { } plan)
            {
                low = share;
                continue;
            }

            var cut = Surgery.Cut(new Network(checkpoint.Graph, checkpoint.Weights), measured.Analysis, plan.Variables(measured.Analysis));
            var milliseconds = Milliseconds(checkpoint with { Graph = cut.Graph, Weights = cut.Weights, Training = new Weights() });
            fastest = Math.Min(fastest, milliseconds);
            note?.Invoke(FormattableString.Invariant($"{share:0.000} of the operations: {milliseconds:0.00} ms"));
            if (milliseconds > wanted)
            {
                high = share;
                continue;
            }

            low = share;
            best = plan with { Asked = options.Target, Reached = milliseconds };
        }

        return best ?? throw new EspalierException(FormattableString.Invariant($"{wanted:0.##} ms a picture cannot be reached here by cutting channels: {fastest:0.00} ms is the least that was measured."));

        PruningPlan? PlanFor(double share)
        {
            try
            {
                return PruningPlanner.Plan(measured.Analysis, measured.Importance!, options with { Target = new PruningTarget(PruningMeasure.Operations, share) });
            }
            catch (EspalierException exception) when (exception is not OptionException)
            {
                return null;
            }
        }
    }

    /// <summary>Cuts to one share after another, each from the whole network and without fine-tuning, and judges them. Shares that cannot be reached are left out.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="shares">Shares to keep of what <see cref="Pruning"/>'s target counts.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="note">Told what is being done.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">The data or the options cannot be used, or none of the shares can be reached.</exception>
    public ThinningSweep Sweep(Checkpoint checkpoint, IReadOnlyList<double> shares, string name, Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(shares);
        var measured = Measure(checkpoint, name, note, cancellationToken);
        var points = new List<SweepPoint>();
        DetectionReport? whole = null;
        EspalierException? unreachable = null;
        foreach (var share in shares.OrderDescending())
        {
            PruningPlan plan;
            try
            {
                plan = PruningPlanner.Plan(measured.Analysis, measured.Importance!, Pruning with { ImageSize = checkpoint.ImageSize, Target = Pruning.Target with { Keep = share } });
            }
            catch (EspalierException exception) when (exception is not OptionException)
            {
                unreachable ??= exception;
                note?.Invoke(exception.Message);
                continue;
            }

            note?.Invoke(FormattableString.Invariant($"Cutting to {share:0.##}"));
            var (_, found) = Cut(plan, checkpoint, measured, name, null, cancellationToken, whole);
            whole = found.Whole;
            var operations = (double)plan.After.MultiplyAdds / plan.Before.MultiplyAdds;
            points.Add(new SweepPoint(share, operations, plan.After, found.Cut, found.Folded, found.Written));
        }

        if (points.Count == 0) throw unreachable ?? new OptionException("A sweep needs shares to cut to.");
        return new ThinningSweep(Criterion, PruningPlanner.WholeCost(measured.Analysis, checkpoint.ImageSize), whole!, points);
    }

    /// <summary>Applies a plan that was made before, perhaps edited; the outcome's plan says what its groups really cost.</summary>
    /// <param name="plan">The plan.</param>
    /// <inheritdoc cref="Run" path="/param"/>
    /// <param name="checkpoint"/><param name="name"/><param name="note"/><param name="cancellationToken"/>
    public ThinningOutcome Apply(PruningPlan plan, Checkpoint checkpoint, string name, Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(checkpoint);
        var counted = plan.Counted(ChannelAnalysis.Of(checkpoint.Graph), checkpoint.ImageSize);
        return Apply(counted, checkpoint, Measure(checkpoint, name, note, cancellationToken, withImportance: false), name, note, cancellationToken);
    }

    /// <summary>Whatever a cut depends on: measured once, however many cuts are tried.</summary>
    private Measured Measure(Checkpoint checkpoint, string name, Action<string>? note, CancellationToken cancellationToken, bool withImportance = true)
    {
        Devices.SetThreads(Threads);
        var device = Devices.Parse(Device);
        var loader = MeasuringBatches(checkpoint, name, cancellationToken);
        note?.Invoke(withImportance ? $"Measuring {Criterion} on {loader.PictureCount} pictures" : $"Measuring on {loader.PictureCount} pictures");
        var statistics = ChannelStatistics.Measure(checkpoint, loader.Batches(cancellationToken), device);
        var importance = withImportance ? Importance(checkpoint, statistics, loader, device, cancellationToken) : null;
        return new Measured(ChannelAnalysis.Of(checkpoint.Graph), statistics, importance, loader, device);
    }

    private ThinningOutcome Apply(PruningPlan plan, Checkpoint checkpoint, Measured measured, string name, Action<string>? note, CancellationToken cancellationToken)
    {
        var (written, found) = Cut(plan, checkpoint, measured, name, note, cancellationToken);
        return new ThinningOutcome(written, plan, found.Steps);
    }

    private (Checkpoint Written, CutReports Found) Cut(
        PruningPlan plan, Checkpoint checkpoint, Measured measured, string name, Action<string>? note, CancellationToken cancellationToken, DetectionReport? whole = null)
    {
        var (analysis, statistics, _, loader, device) = measured;
        var network = new Network(checkpoint.Graph, checkpoint.Weights);
        var removed = plan.Variables(analysis);
        whole ??= Judge(CutReports.WholeName, checkpoint);
        if (removed.Count == 0)
        {
            note?.Invoke("Nothing goes: the network stays as it is");
            return (checkpoint with { Training = new Weights() }, CutReports.Nothing(whole));
        }

        var cut = Judge(CutReports.CutName, Without(null));
        var constants = Without(ChannelConstants.Of(network, analysis, removed, statistics.Means));
        var folded = Judge(CutReports.FoldedName, constants);
        var anew = BatchNormCalibration.Run(constants, loader.Batches(cancellationToken), device);
        var found = new CutReports(whole, cut, folded, Judge(CutReports.CalibratedName, anew));
        if (found.Calibrated.MeanAveragePrecision50 >= folded.MeanAveragePrecision50) return (anew, found);
        var kept = BatchNormCalibration.KeepFunction(constants, anew);
        return (kept, found with { FunctionKept = Judge(CutReports.FunctionKeptName, kept) });

        Checkpoint Without(ChannelConstants? folding)
        {
            var rest = Surgery.Cut(network, analysis, removed, folding);
            return checkpoint with { Graph = rest.Graph, Weights = rest.Weights, Training = new Weights() };
        }

        DetectionReport Judge(string step, Checkpoint state)
        {
            note?.Invoke($"Judging: {step}");
            using var judged = new TorchNetwork(state, device);
            var request = new ValidationRequest { Data = Data, Split = ValidationSplit };
            return request.Run(judged, name, cancellationToken: cancellationToken).Outcome.Report;
        }
    }

    private ChannelImportance Importance(Checkpoint checkpoint, ChannelStatistics statistics, MeasuringPictures loader, Device device, CancellationToken cancellationToken)
    {
        var network = new Network(checkpoint.Graph, checkpoint.Weights);
        var loss = new DetectionLoss(checkpoint.Graph.Detect, new LossOptions(), checkpoint.ImageSize);
        return Criterion switch
        {
            "bn-scale" => ChannelImportance.BatchNormScale(network),
            "bn-statistics" => statistics.ToImportance(),
            "gradient" => GradientImportance.Gradient(checkpoint, loader.Batches(cancellationToken), loss, device),
            "taylor" => GradientImportance.Taylor(checkpoint, loader.Batches(cancellationToken), loss, device),
            "l1" => ChannelImportance.KernelNorm(network),
            "random" => ChannelImportance.Random(network, (ulong)Seed),
            _ => throw new OptionException($"The criterion must be one of {string.Join(", ", Criteria)}, not '{Criterion}'."),
        };
    }

    /// <summary>
    /// Batches as in training, mosaic and all: what the batch norms' statistics are of. Plain letterboxed photos would be half padding.
    /// </summary>
    private MeasuringPictures MeasuringBatches(Checkpoint checkpoint, string name, CancellationToken cancellationToken)
    {
        OptionException.ThrowIfOutside(Pictures, 1, 1_000_000, "The number of pictures to measure on");
        var options = new TrainingOptions { Data = Data, TrainingSplit = TrainingSplit, ValidationSplit = ValidationSplit, ImageSize = checkpoint.ImageSize, BatchSize = BatchSize, Seed = Seed };
        var data = TrainingData.Scan(options, _ => { }, cancellationToken).InOrderOf(checkpoint.ClassNames, name, Data);
        var (loader, _) = data.Loaders(options, checkpoint.Stride, BatchPart.Whole, _ => { });
        return new MeasuringPictures(loader, Math.Min(loader.BatchCount, (Pictures + BatchSize - 1) / BatchSize), Math.Min(Pictures, loader.PictureCount));
    }

    /// <summary>What was measured of a network before it is cut.</summary>
    private sealed record Measured(ChannelAnalysis Analysis, ChannelStatistics Statistics, ChannelImportance? Importance, MeasuringPictures Pictures, Device Device);

    /// <summary>The first batches of an epoch that no training sees in the same way twice, but every measurement does.</summary>
    private sealed record MeasuringPictures(TrainingLoader Loader, int BatchCount, int PictureCount)
    {
        public IEnumerable<Batch> Batches(CancellationToken cancellationToken) => Loader.Epoch(0, cancellationToken: cancellationToken).Take(BatchCount);
    }
}
