using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Latency;

namespace Espalier.Pipelines.Pruning;

/// <summary>Finds the mildest cut after which a picture takes no longer than is wanted on this machine.</summary>
internal sealed class LatencySearch(PruneOptions options, IPipelineListener listener)
{
    private const int Steps = 7;

    /// <summary>The plan that takes nothing, where milliseconds are the target, all levels stay and the network needs no more as it is; else null.</summary>
    public PruningPlan? WholeWhereFastEnough(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        if (options.Target is not LatencyBudget { Milliseconds: var wanted } || options.DropLevels.Count > 0) return null;
        var taken = Milliseconds(checkpoint, cancellationToken);
        if (taken > wanted) return null;
        listener.OnNote(Invariant($"The network takes {taken:0.00} ms a picture as it is, no more than the {wanted:0.##} asked for"));
        var plan = PruningPlan.Nothing(ChannelAnalysis.Of(checkpoint.Graph), checkpoint.ImageSize, options.Target);
        return plan with { Criterion = options.Criterion, Reached = taken };
    }

    /// <summary>The plan, by bisection over the share of operations: each candidate is cut and measured.</summary>
    /// <exception cref="EspalierException">No cut is fast enough.</exception>
    public PruningPlan Plan(MeasuredNetwork measured, LatencyBudget budget, CancellationToken cancellationToken)
    {
        var wanted = budget.Milliseconds;
        var (low, high) = (0.02, 1.0);
        PruningPlan? best = null;
        var fastest = double.PositiveInfinity;
        for (var step = 0; step < Steps; step++)
        {
            var share = (low + high) / 2;
            if (PlanFor(measured, share) is not { } plan)
            {
                low = share;
                continue;
            }

            var milliseconds = Milliseconds(measured.Without(plan), cancellationToken);
            fastest = Math.Min(fastest, milliseconds);
            listener.OnNote(Invariant($"{share:0.000} of the operations: {milliseconds:0.00} ms"));
            if (milliseconds > wanted)
            {
                high = share;
                continue;
            }

            low = share;
            best = plan with { Asked = budget, Reached = milliseconds };
        }

        return best ?? throw new EspalierException(Invariant($"{wanted:0.##} ms a picture cannot be reached here by cutting channels: {fastest:0.00} ms is the least that was measured."));
    }

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

    private double Milliseconds(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        LatencyMeter.Measure([checkpoint], options.Threads, cancellationToken: cancellationToken)[0];
}
