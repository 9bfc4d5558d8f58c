namespace Espalier.Pipelines.Thinning;

/// <summary>What came of a thinning.</summary>
/// <param name="Steps">The dense network, then cut by cut.</param>
/// <param name="Chosen">The step that was chosen.</param>
/// <param name="File">Which of its files.</param>
/// <param name="IsReached">Whether it is as fast as was wanted; true where nobody said how fast.</param>
public sealed record ThinningResult(IReadOnlyList<ThinningStep> Steps, ThinningStep Chosen, ThinnedFile File, bool IsReached)
{
    /// <summary>
    /// Chooses among all files that lose no more than is allowed: of those that are fast enough the most accurate one; the fastest where none is, or where nobody
    /// said how fast. The dense network's float file loses nothing, so that there always is one.
    /// </summary>
    /// <param name="steps">The steps, the dense network first.</param>
    /// <param name="milliseconds">What a picture may take; null for as little as possible.</param>
    /// <param name="lose">Points of mAP50 that may be lost.</param>
    public static ThinningResult Of(IReadOnlyList<ThinningStep> steps, double? milliseconds, double lose)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var holding = steps.SelectMany(step => step.Files.Where(file => file.Holds(lose)).Select(file => (Step: step, File: file))).ToList();
        var enough = holding.Where(pair => pair.File.Milliseconds <= milliseconds).ToList();
        var (step, file) = enough.Count > 0 ? enough.MaxBy(pair => pair.File.MeanAveragePrecision50) : holding.MinBy(pair => pair.File.Milliseconds);
        return new ThinningResult(steps, step, file, milliseconds is null || enough.Count > 0);
    }

    /// <summary>Whether another cut is worth its epochs: nothing is fast enough yet, and the last step holds.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    internal static bool GoesOn(IReadOnlyList<ThinningStep> steps, double? milliseconds, double lose) =>
        steps[^1].Files.Any(file => file.Holds(lose)) && !(Of(steps, milliseconds, lose).IsReached && milliseconds is not null);

    /// <summary>At which milliseconds in float the next cut aims: a share of the last step's, but no lower than what is wanted, with int8 as much faster as it was last.</summary>
    /// <param name="last">The last step.</param>
    /// <param name="milliseconds">What is wanted in the end; null for as little as possible.</param>
    /// <param name="share">What a cut leaves.</param>
    internal static double Aim(ThinningStep last, double? milliseconds, double share)
    {
        var whole = last.Float.Milliseconds;
        var end = milliseconds * whole / last.Milliseconds ?? 0;
        return Math.Round(Math.Min(Math.Max(whole * share, end), whole * ThinOptions.LargestShare), 4);
    }
}
