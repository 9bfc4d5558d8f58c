using Espalier.Datasets;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;

namespace Espalier.Training.Loops;

/// <summary>What came of a batch.</summary>
/// <param name="Values">Its losses, over all processes; where they are not finite, nothing was learned.</param>
/// <param name="Rates">The rates that were in force.</param>
/// <param name="WantsToStop">Whether the user interrupted any of the processes.</param>
/// <param name="Stepped">Whether the gradients of all batches so far have been applied.</param>
/// <param name="HasFiniteGradients">Whether the gradients are numbers; where they are not, nothing was learned.</param>
internal readonly record struct StepOutcome(
    LossValues Values, ScheduledRates Rates, bool WantsToStop, bool Stepped = false, bool HasFiniteGradients = true)
{
    /// <summary>Whether something was learned, or can be once more batches have been added up.</summary>
    public bool IsFinite => Values.IsFinite && HasFiniteGradients;

    /// <summary>Why a run cannot go on where it is not finite, and what to do.</summary>
    /// <param name="session">The run.</param>
    /// <param name="epoch">0-based.</param>
    /// <param name="number">The batch's number in it.</param>
    /// <param name="batch">The batch.</param>
    public DivergenceException ToException(TrainingSession session, int epoch, int number, Batch batch)
    {
        var what = Values.IsFinite ? "The gradients are no longer finite" : "The loss is no longer a number";

        // Before the first step no learning rate has had any part in it.
        var advice = session.Learner.Average.Updates == 0
            ? "nothing has been learned yet, so that it lies in the weights it starts from: start from others"
            : FormattableString.Invariant(
                $"lower lr0 below {session.Options.HyperParameters.Optimization.LearningRate} or start from other weights");
        var rest = File.Exists(session.Folder.Last) ? $"; {session.Folder.Last} holds the run's last good state." : ".";
        var losses = FormattableString.Invariant($"box {Values.Box}, objectness {Values.Objectness}, class {Values.Class}");
        // Which of how many, from 1: a bare number would be taken for one of the tables', which count from 0.
        var place = FormattableString.Invariant($"in epoch {epoch + 1} of {session.Options.Epochs}, batch {number + 1}");
        var where = $"{place} ({losses}; first picture {batch.Sources[0].Path})";
        return new DivergenceException($"{what} {where}: {advice}{rest}");
    }
}
