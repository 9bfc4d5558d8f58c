using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Loops;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Pipelines.Pruning;

/// <summary>Prunes networks: drop levels, rank, plan, cut, fold constants on, estimate batch norms anew; each step judged.</summary>
/// <param name="options">How.</param>
/// <param name="listener">Told what is being done.</param>
/// <example><code>
/// var pruner = new Pruner(new PruneOptions { Data = "data.yaml", Target = new KeepShare(PruningMeasure.Operations, 0.4) });
/// pruner.Run(Checkpoint.Open("best.safetensors"), "best.safetensors").Checkpoint.Save("pruned.safetensors");
/// </code></example>
public sealed class Pruner(PruneOptions options, IPipelineListener? listener = null)
{
    private readonly IPipelineListener _listener = listener ?? new QuietListener();

    /// <summary>Prunes a network, in one cut.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">The data or the options cannot be used, or the target cannot be reached.</exception>
    public PruningOutcome Run(Checkpoint checkpoint, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        options.Validate();
        var search = new LatencySearch(options, _listener);
        if (search.WholeWhereFastEnough(checkpoint, cancellationToken) is { } whole)
            return Apply(whole, checkpoint, name, cancellationToken);
        var measured = MeasuredNetwork.Measure(checkpoint, name, options, _listener, cancellationToken);
        if (options.Target is ScoreThreshold { Least: var threshold })
        {
            var below = PruningPlanner.CountBelow(measured.Analysis, measured.Importance!, options.Pruning, threshold);
            _listener.OnNote(Invariant($"{below:N0} of {measured.Analysis.FreeChannels:N0} channels score below {threshold}"));
        }

        var plan = options.Target is LatencyBudget budget
            ? search.Plan(measured, budget, cancellationToken) : measured.Plan(options.Target);
        return Apply(plan, measured, cancellationToken);
    }

    /// <summary>Applies a plan that was made before, perhaps edited; the outcome's plan says what its groups really cost.</summary>
    /// <param name="plan">The plan.</param>
    /// <inheritdoc cref="Run" path="/param"/>
    /// <param name="checkpoint"/><param name="name"/><param name="cancellationToken"/>
    /// <exception cref="EspalierException">The plan is of another network, or the data cannot be used.</exception>
    public PruningOutcome Apply(PruningPlan plan, Checkpoint checkpoint, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(checkpoint);
        var counted = plan.Counted(ChannelAnalysis.Of(checkpoint.Graph), checkpoint.ImageSize);
        return Apply(counted, MeasuredNetwork.Measure(checkpoint, name, options, _listener, cancellationToken, counted), cancellationToken);
    }

    /// <summary>Cuts to one share after another, each from the whole network and without fine-tuning, and judges them. Shares that cannot
    /// be reached are left out.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="shares">Shares to keep of what the target counts.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">The data or the options cannot be used, or none of the shares can be reached.</exception>
    public PruningSweep Sweep(Checkpoint checkpoint, IReadOnlyList<double> shares, string name,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(shares);
        var measured = MeasuredNetwork.Measure(checkpoint, name, options, _listener, cancellationToken);
        var points = new List<SweepPoint>();
        DetectionReport? whole = null;
        EspalierException? unreachable = null;
        foreach (var share in shares.OrderDescending())
        {
            PruningPlan plan;
            try
            {
                plan = measured.Plan(new KeepShare(options.Target.Counts, share));
            }
            catch (EspalierException exception) when (exception is not OptionException)
            {
                unreachable ??= exception;
                _listener.OnNote(exception.Message);
                continue;
            }

            _listener.OnNote(Invariant($"Cutting to {share:0.##}"));
            var (_, found) = measured.Cut(plan, new QuietListener(), cancellationToken, whole);
            whole = found.Whole;
            var operations = plan.After.ShareOf(plan.Before, PruningMeasure.Operations);
            points.Add(new SweepPoint(share, operations, plan.After, found.Cut, found.Folded, found.Written));
        }

        if (points.Count == 0) throw unreachable ?? new OptionException("A sweep needs shares to cut to.");
        return new PruningSweep(options.Criterion, MeasuredNetwork.Cost(checkpoint), whole!, points);
    }

    /// <summary>
    /// Prunes in several smaller cuts with short fine-tuning between them: each cut ranks the channels that the one before left, after they
    /// have settled. Everything lies in one folder, and what was stopped goes on from there.
    /// </summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="folder">Where plans, cuts and the runs between them are written.</param>
    /// <param name="between">The training between two cuts, its weights and epochs aside; as the options say if null.</param>
    /// <param name="cancellationToken">Ends it; the training that goes on is saved first.</param>
    /// <returns>The pruned network, its plan against the whole one; null where it was interrupted in a training.</returns>
    /// <exception cref="EspalierException">The data or the options cannot be used, or a target cannot be reached.</exception>
    public PruningOutcome? RunInSteps(
        Checkpoint checkpoint, string name, string folder, TrainingOptions? between = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        options.Validate();
        if (options.Steps == 1) return Run(checkpoint, name, cancellationToken);
        var (target, whole) = ((KeepShare)options.Target, MeasuredNetwork.Cost(checkpoint));
        var (state, calls) = (checkpoint, name);
        var steps = new List<PruningStep>();
        for (var step = 1; ; step++)
        {
            // The same factor each time: 0.25 in two cuts is 0.5 and then half of that.
            var wanted = Math.Pow(target.Share, (double)step / options.Steps) / MeasuredNetwork.Cost(state).ShareOf(whole, target.Of);
            _listener.OnNote(Invariant($"Cut {step} of {options.Steps}"));
            var once = options with
            {
                Steps = 1,
                Target = target with { Share = Math.Min(wanted, 1) },
                DropLevels = step == 1 ? options.DropLevels : [],
            };
            var cut = new Pruner(once, _listener);
            var outcome = cut.Run(state, calls, cancellationToken);
            steps.Add(new(step == 1 ? CutReports.WholeName : Invariant($"fine-tuned after cut {step - 1}"), outcome.Whole));
            steps.Add(new(Invariant($"cut {step} of {options.Steps}"), outcome.Written));
            AtomicFile.WriteAllText(Path.Combine(folder, Invariant($"plan{step}.json")), outcome.Plan.ToJson());
            if (step == options.Steps)
            {
                var plan = outcome.Plan with { Asked = target, Before = whole, Reached = outcome.Plan.After.ShareOf(whole, target.Of) };
                return outcome with { Plan = plan, Steps = steps };
            }

            var weights = Path.Combine(folder, Invariant($"cut{step}.safetensors"));
            outcome.Checkpoint.Save(weights);
            var run = new RunFolder(Path.GetFullPath(Path.Combine(folder, Invariant($"between{step}"))));
            var training = (between ?? Between(
                checkpoint)) with
            { Epochs = options.EpochsBetween, Weights = weights, Model = null, AutoAnchor = false };
            if (Trainer.Continue(run, training, _listener.OnTraining(), cancellationToken) is null) return null;
            (state, calls) = (Checkpoint.Open(run.Best), run.Best);
        }
    }

    private PruningOutcome Apply(PruningPlan plan, MeasuredNetwork measured, CancellationToken cancellationToken)
    {
        var (written, found) = measured.Cut(plan, _listener, cancellationToken);
        return new PruningOutcome(written, plan, found.Whole, found.Written, found.Steps);
    }

    private TrainingOptions Between(Checkpoint checkpoint) => new()
    {
        Data = options.Data,
        TrainingSplit = options.TrainingSplit,
        ValidationSplit = options.ValidationSplit,
        ImageSize = checkpoint.ImageSize,
        Seed = options.Seed,
        BatchSize = MeasuredNetwork.BatchSize,
        Device = options.Device,
        Threads = options.Threads,
    };
}
