namespace Espalier.Training.Thinning;

/// <summary>What came of a thinning.</summary>
/// <param name="Steps">The dense network, then cut by cut.</param>
/// <param name="Chosen">The step that was chosen.</param>
/// <param name="File">Which of its files.</param>
/// <param name="IsReached">Whether it is as fast as was wanted; true where nobody said how fast.</param>
public sealed record ThinningResult(IReadOnlyList<ThinningStep> Steps, ThinningStep Chosen, ThinnedFile File, bool IsReached)
{
    /// <summary>
    /// Chooses of all files that lose no more than is allowed: of those that are fast enough the most accurate one; the fastest where none
    /// is, or where nobody said how fast. The dense network's float file loses nothing, so that there always is one.
    /// </summary>
    /// <param name="steps">The steps, the dense network first.</param>
    /// <param name="milliseconds">What a picture may take; null for as little as possible.</param>
    /// <param name="lose">Points of mAP50 that may be lost.</param>
    public static ThinningResult Of(IReadOnlyList<ThinningStep> steps, double? milliseconds, double lose)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var files = steps.SelectMany(step => step.Files.Select(file => (Step: step, File: file)));
        var holding = files.Where(pair => pair.File.Holds(lose)).ToList();
        var enough = holding.Where(pair => pair.File.Milliseconds <= milliseconds).ToList();
        var (step, file) = enough.Count > 0
            ? enough.MaxBy(pair => pair.File.MeanAveragePrecision50)
            : holding.MinBy(pair => pair.File.Milliseconds);
        return new ThinningResult(steps, step, file, milliseconds is null || enough.Count > 0);
    }
}
