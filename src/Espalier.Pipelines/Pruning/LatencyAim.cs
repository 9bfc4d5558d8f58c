using Espalier.Networks;

namespace Espalier.Pipelines.Pruning;

/// <summary>
/// What a cut is to be predicted to take, so that it takes as long as it may when it is measured: corrected after each measurement, down
/// where the cut takes too long, and up where it is deeper than was asked for.
/// </summary>
/// <param name="budget">What is wanted.</param>
/// <param name="whole">What the whole network is predicted to take, in milliseconds.</param>
internal sealed class LatencyAim(LatencyBudget budget, double whole)
{
    // A cut that takes less than this share of what it may is too deep; the next aim is at the middle of what is left.
    private const double Near = 0.93, Middle = 0.97;

    // What channels cannot give is given by what comes after: int8, or a further cut.
    private const double Nearly = 1.1;

    /// <summary>The milliseconds to be predicted.</summary>
    public double Milliseconds { get; private set; } = budget.Milliseconds * (budget.Whole is { } then ? whole / then : 1);

    /// <summary>Whether the cut measured last takes as long as it may, and not much less.</summary>
    public bool IsMet { get; private set; }

    /// <summary>Whether a cut that takes a little longer than it may is better than none: where a share is wanted.</summary>
    /// <param name="taken">What it takes, in the budget's milliseconds.</param>
    public bool IsNearlyMet(double taken) => budget.Whole is not null && taken <= budget.Milliseconds * Nearly;

    /// <summary>A cut was measured beside the whole network.</summary>
    /// <param name="predicted">What the cut was predicted to take.</param>
    /// <param name="wholeTaken">What the whole network took.</param>
    /// <param name="cutTaken">What the cut took.</param>
    /// <returns>What the cut takes, in the budget's milliseconds.</returns>
    public double Correct(double predicted, double wholeTaken, double cutTaken)
    {
        var taken = cutTaken * (budget.Whole is { } then ? then / wholeTaken : 1);
        IsMet = taken <= budget.Milliseconds && taken > budget.Milliseconds * Near;
        Milliseconds = predicted * budget.Milliseconds / taken * Middle;
        return taken;
    }
}
