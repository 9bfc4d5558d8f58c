using Espalier.Training.Thinning;

namespace Espalier.Pipelines.Thinning;

/// <summary>Whether there is another cut, and how deep it goes.</summary>
internal static class NextCut
{
    /// <summary>Whether it is worth its epochs: nothing that holds is fast enough yet, and the last step holds.</summary>
    public static bool IsWorthwhile(IReadOnlyList<ThinningStep> steps, ThinOptions options) =>
        steps[^1].Files.Any(file => file.Holds(options.Lose))
        && (options.Milliseconds is null || !ThinningResult.Of(steps, options.Milliseconds, options.Lose).IsReached);

    /// <summary>
    /// At how many milliseconds in float it aims: a share of what there is, but no fewer than are wanted, with int8 as much faster as it
    /// was last, where it lost no more than is allowed.
    /// </summary>
    /// <param name="whole">What the network that is cut takes in float.</param>
    /// <param name="last">The last step, of which a file holds.</param>
    /// <param name="options">How far.</param>
    public static double Aim(double whole, ThinningStep last, ThinOptions options)
    {
        var end = options.Milliseconds * last.InFloat.Milliseconds / last.Fastest(options.Lose) ?? 0;
        return Math.Min(Math.Max(whole * options.KeepACut, end), whole * ThinOptions.LargestShare);
    }
}
