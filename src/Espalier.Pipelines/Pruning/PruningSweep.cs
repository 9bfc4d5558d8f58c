using Espalier.Networks;
using Espalier.Vision;

namespace Espalier.Pipelines.Pruning;

/// <summary>How good a network is after cuts of growing depth, before any fine-tuning: what to look at before deciding.</summary>
/// <param name="Criterion">What channels were ranked by.</param>
/// <param name="Cost">The whole network's cost.</param>
/// <param name="Whole">The whole network, judged.</param>
/// <param name="Points">The cuts, the mildest first.</param>
public sealed record PruningSweep(string Criterion, PruningCost Cost, DetectionReport Whole, IReadOnlyList<SweepPoint> Points)
{
    /// <summary>The share of the whole network's mAP50 that must be left for a cut to be called safe:
    /// fine-tuning brings back what is below that only slowly.</summary>
    public const double SafeShare = 0.5;

    /// <summary>The mAP50 from which on a network has learnt enough that shares of it say something.</summary>
    public const double LeastAccuracy = 0.05;

    /// <summary>
    /// Where the accuracy falls off: of neighbouring cuts (the whole network counts as the first) the pair between which mAP50 drops the
    /// most for a share of operations; null without points.
    /// </summary>
    public (double Above, double Below)? Cliff
    {
        get
        {
            (double, double)? cliff = null;
            var (steepest, above, accuracy) = (double.NegativeInfinity, 1.0, Whole.MeanAveragePrecision50);
            foreach (var point in Points)
            {
                var slope = (accuracy - point.Best) / Math.Max(above - point.Operations, 1e-9);
                if (slope > steepest) (steepest, cliff) = (slope, (above, point.Operations));
                (above, accuracy) = (point.Operations, point.Best);
            }

            return cliff;
        }
    }

    /// <summary>Whether the network finds enough for a cut to be judged by what it still finds.</summary>
    public bool IsTrained => Whole.MeanAveragePrecision50 >= LeastAccuracy;

    /// <summary>
    /// The deepest cut before the first one that leaves less than <see cref="SafeShare"/> of the accuracy; null where even the mildest
    /// does, or where the network is not trained.
    /// </summary>
    public SweepPoint? Recommended =>
        !IsTrained ? null : Points.TakeWhile(point => point.Best >= SafeShare * Whole.MeanAveragePrecision50).LastOrDefault();
}

/// <summary>One cut of a sweep.</summary>
/// <param name="Asked">The share that was to be kept.</param>
/// <param name="Operations">The share of the operations that is kept.</param>
/// <param name="Cost">What is left.</param>
/// <param name="Cut">Removed channels simply gone.</param>
/// <param name="Folded">What they sent on as constants folded into what follows.</param>
/// <param name="Written">The same, and batch norms estimated anew, with the function kept where that is better:
/// what <c>prune</c> writes.</param>
public sealed record SweepPoint(double Asked, double Operations, PruningCost Cost, DetectionReport Cut, DetectionReport Folded,
    DetectionReport Written)
{
    /// <summary>mAP50 of the best of the three.</summary>
    public double Best => Math.Max(Cut.MeanAveragePrecision50, Math.Max(Folded.MeanAveragePrecision50, Written.MeanAveragePrecision50));
}
