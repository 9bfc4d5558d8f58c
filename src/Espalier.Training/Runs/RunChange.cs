using Espalier.Core;
using Espalier.Core.LiveRuns;

namespace Espalier.Training.Runs;

/// <summary>What holds from an epoch on, because somebody wanted it so while the run went on.</summary>
/// <param name="Epoch">The first epoch, 0-based, for which it holds.</param>
/// <param name="Epochs">Epochs of the whole run.</param>
/// <param name="Patience">Epochs without a gain after which it stops; 0 for never.</param>
public sealed record RunChange(
    [property: StoredRange(0, 100_000)] int Epoch,
    [property: StoredRange(1, 100_000)] int Epochs,
    [property: StoredRange(0, 100_000)] int Patience)
{
    /// <summary>
    /// What a wish changes; null where everything is so already. Fewer epochs than are done become those that are done: a run has never
    /// done more than it was asked for.
    /// </summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="options">What holds.</param>
    /// <param name="epoch">The next epoch; so many are done.</param>
    internal static RunChange? Of(RunControl wish, TrainingOptions options, int epoch)
    {
        var epochs = Math.Max(wish.Epochs ?? options.Epochs, epoch);
        var change = new RunChange(epoch, epochs, wish.Patience ?? options.Patience);
        return (change.Epochs, change.Patience) == (options.Epochs, options.Patience) ? null : change;
    }
}
