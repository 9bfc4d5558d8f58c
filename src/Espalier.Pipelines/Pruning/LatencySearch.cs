using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Latency;

namespace Espalier.Pipelines.Pruning;

/// <summary>
/// Finds the mildest cut after which a picture takes no longer than is wanted on this machine: chosen by a latency table, then measured
/// beside the whole network.
/// </summary>
internal sealed class LatencySearch(PruneOptions options, IPipelineListener listener)
{
    private const int Steps = 12;
    private const double DeepestShare = 0.02;

    // The second one is mostly not needed.
    private const int Measurements = 5;

    /// <summary>The plan that takes nothing, where milliseconds are the target,
    /// all levels stay and the network needs no more as it is; else null.</summary>
    public PruningPlan? WholeWhereFastEnough(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        if (options.Target is not LatencyBudget { Milliseconds: var wanted } budget || options.DropLevels.Count > 0) return null;
        var taken = budget.Whole ?? LatencyMeter.Measure([checkpoint], options.Threads, cancellationToken: cancellationToken)[0];
        if (taken > wanted) return null;
        listener.OnNote(Invariant($"The network takes {taken:0.00} ms a picture as it is, no more than the {wanted:0.##} asked for"));
        var plan = PruningPlan.Nothing(ChannelAnalysis.Of(checkpoint.Graph), checkpoint.ImageSize, options.Target);
        return plan with { Criterion = options.Criterion, Reached = taken };
    }

    /// <summary>The plan; what it reached is as measured.</summary>
    /// <exception cref="EspalierException">No cut is fast enough.</exception>
    public PruningPlan Plan(MeasuredNetwork measured, LatencyBudget budget, CancellationToken cancellationToken)
    {
        var table = Table(measured.Checkpoint, cancellationToken);
        var aim = new LatencyAim(budget, table.Predict(measured.Checkpoint));
        PruningPlan? mildest = null, fastest = null;
        for (var measurement = 0; measurement < Measurements && !aim.IsMet; measurement++)
        {
            var (plan, cut, predicted) = Mildest(measured, table, aim.Milliseconds, cancellationToken);
            var isDeepest = predicted > aim.Milliseconds;
            var taken = LatencyMeter.Measure([measured.Checkpoint, cut], options.Threads, cancellationToken: cancellationToken);
            var milliseconds = aim.Correct(predicted, taken[0], taken[1]);
            var found = plan with { Asked = budget, Reached = milliseconds };
            if (!(fastest?.Reached <= milliseconds)) fastest = found;
            var share = plan.After.ShareOf(plan.Before, PruningMeasure.Operations);
            listener.OnNote(Invariant($"{share:0.000} of the operations: {predicted:0.00} ms predicted, {taken[1]:0.00} measured; the ")
                + "whole network " + Invariant($"{taken[0]:0.00}"));
            var holds = milliseconds <= budget.Milliseconds;
            if (holds && !(mildest?.After.MultiplyAdds >= plan.After.MultiplyAdds)) mildest = found;
            if (!holds && isDeepest) break;
        }

        if (mildest is not null) return mildest;
        var unreachable = Invariant($"{budget.Milliseconds:0.##} ms a picture cannot be reached here by cutting channels: ")
            + Invariant($"{fastest!.Reached:0.00} ms is the least that was measured.");
        if (!aim.IsNearlyMet(fastest.Reached)) throw new UnreachableTargetException(unreachable);
        listener.OnNote(unreachable);
        return fastest;
    }

    /// <summary>
    /// The cut that keeps the most operations of those predicted to take no longer than is aimed at; the deepest one where none is.
    /// </summary>
    private (PruningPlan Plan, Checkpoint Cut, double Predicted) Mildest(
        MeasuredNetwork measured, LatencyTable table, double aim, CancellationToken cancellationToken)
    {
        var (low, high) = (DeepestShare, 1.0);
        (PruningPlan, Checkpoint, double)? best = null, deepest = null;
        for (var step = 0; step < Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var share = (low + high) / 2;
            if (PlanFor(measured, share) is not { } plan)
            {
                low = share;
                continue;
            }

            var cut = measured.Without(plan);
            // What is left of a block may be of a kind that was not there before.
            if (!table.Reaches(cut)) table = Table(cut, cancellationToken);
            var predicted = table.Predict(cut);
            deepest = (plan, cut, predicted);
            if (predicted > aim)
            {
                high = share;
                continue;
            }

            (low, best) = (share, deepest);
        }

        return best ?? deepest
            ?? throw new UnreachableTargetException("No channel can be cut: the floors and the layers to keep leave none.");
    }

    private LatencyTable Table(Checkpoint network, CancellationToken cancellationToken) =>
        LatencyTable.For(network, new LatencySetting(options.Threads), listener, cancellationToken: cancellationToken);

    /// <summary>The plan for a share of the operations; null where that cannot be reached.</summary>
    private static PruningPlan? PlanFor(MeasuredNetwork measured, double share)
    {
        try
        {
            return measured.Plan(new KeepShare(PruningMeasure.Operations, share));
        }
        catch (EspalierException exception) when (exception is not OptionException)
        {
            return null;
        }
    }
}
