using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Runs;

namespace Espalier.Training.Thinning;

/// <summary>
/// Thinning in several smaller cuts with short fine-tuning between them: each cut ranks the channels that the one before left, after they have settled.
/// Everything lies in one folder, and a thinning that was stopped goes on from there.
/// </summary>
public sealed record StagedThinning
{
    /// <summary>What is wanted in the end, ranked and measured how.</summary>
    public required ThinningRequest Request { get; init; }

    /// <summary>In how many cuts, each of the same share.</summary>
    /// <value>1…100.</value>
    public required int Steps { get; init; }

    /// <summary>The training between two cuts; its weights are the cut's. Not used where there is one cut.</summary>
    public required TrainingOptions Between { get; init; }

    /// <summary>Thins a network.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="folder">Where plans, cuts and the runs between them are written.</param>
    /// <param name="listeners">Makes those who hear of a training.</param>
    /// <param name="note">Told what is being done.</param>
    /// <param name="cancellationToken">Ends it; the training that goes on is saved first.</param>
    /// <returns>The thinned network, its plan against the whole one; null where it was interrupted in a training.</returns>
    /// <exception cref="EspalierException">The data or the options cannot be used, or a target cannot be reached.</exception>
    public ThinningOutcome? Run(
        Checkpoint checkpoint, string name, string folder, Func<IReadOnlyList<ITrainingListener>> listeners, Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(listeners);
        OptionException.ThrowIfOutside(Steps, 1, 100, "The number of cuts");
        if (Steps == 1) return Request.Run(checkpoint, name, note, cancellationToken);
        if (Request.Pruning.Target is not { Measure: (PruningMeasure.Operations or PruningMeasure.Parameters or PruningMeasure.Channels) and var measure, Keep: var keep })
            throw new OptionException("Several cuts go with a share to keep.");

        var whole = Cost(checkpoint);
        var (state, calls) = (checkpoint, name);
        var steps = new List<ThinningStep>();
        for (var step = 1; ; step++)
        {
            // The same factor each time: 0.25 in two cuts is 0.5 and then half of that.
            var wanted = Math.Pow(keep, (double)step / Steps) / Cost(state).ShareOf(whole, measure);
            note?.Invoke(FormattableString.Invariant($"Cut {step} of {Steps}"));
            var request = Request with { Pruning = Request.Pruning with { Target = Request.Pruning.Target with { Keep = Math.Min(wanted, 1) } } };
            var outcome = request.Run(state, calls, note, cancellationToken);
            steps.Add(outcome.Steps[0] with { Name = step == 1 ? "whole" : FormattableString.Invariant($"fine-tuned after cut {step - 1}") });
            steps.Add(outcome.Steps[^1] with { Name = FormattableString.Invariant($"cut {step} of {Steps}") });
            AtomicFile.WriteAllText(Path.Combine(folder, FormattableString.Invariant($"plan{step}.json")), outcome.Plan.ToJson());
            if (step == Steps)
            {
                var plan = outcome.Plan with { Asked = Request.Pruning.Target, Before = whole, Reached = outcome.Plan.After.ShareOf(whole, measure) };
                return outcome with { Plan = plan, Steps = steps };
            }

            var between = FormattableString.Invariant($"between{step}");
            var cut = Path.Combine(folder, FormattableString.Invariant($"cut{step}.safetensors"));
            outcome.Checkpoint.Save(cut);
            if (FineTune(cut, folder, between, listeners(), cancellationToken) is not { } best) return null;
            (state, calls) = (Checkpoint.Open(best), best);
        }
    }

    /// <summary>The weights after the training between two cuts; null where it was interrupted.</summary>
    private string? FineTune(string cut, string project, string name, IReadOnlyList<ITrainingListener> listeners, CancellationToken cancellationToken)
    {
        var options = Between with { Weights = cut, Model = null, AutoAnchor = false };
        var run = Trainer.Continue(new RunFolder(Path.GetFullPath(Path.Combine(project, name))), options, listeners, cancellationToken);
        return run is null ? null : run.Folder.Best;
    }

    private static PruningCost Cost(Checkpoint checkpoint) => PruningPlanner.WholeCost(ChannelAnalysis.Of(checkpoint.Graph), checkpoint.ImageSize);
}
