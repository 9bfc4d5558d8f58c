using Espalier.Datasets;
using Espalier.Training.Losses;
using Espalier.Training.Runs;
using Espalier.Training.Validation;

namespace Espalier.Training.Listeners;

/// <summary>
/// Hears what a run does: the console, <c>results.csv</c>, TensorBoard and a page are listeners. All calls come from the training thread.
/// </summary>
public interface ITrainingListener
{
    /// <summary>Everything is ready; the first epoch is about to begin.</summary>
    void OnStarted(TrainingStarted started)
    {
    }

    /// <summary>Something the user should know: anchors that were fitted, a photo that was skipped.</summary>
    void OnNote(string note)
    {
    }

    /// <summary>Epochs or patience are others from the next epoch on, as somebody wanted while the run went on.</summary>
    /// <param name="options">What holds now.</param>
    void OnChanged(TrainingOptions options)
    {
    }

    /// <summary>A batch was learned from.</summary>
    void OnBatch(BatchTrained trained)
    {
    }

    /// <summary>A validation batch was judged.</summary>
    void OnValidationBatch(BatchValidated validated)
    {
    }

    /// <summary>An epoch ended and its checkpoint is on disk.</summary>
    void OnEpoch(EpochCompleted completed)
    {
    }

    /// <summary>The run is over.</summary>
    void OnFinished(TrainingOutcome outcome)
    {
    }
}

/// <summary>What a run starts with.</summary>
/// <param name="Options">What was asked.</param>
/// <param name="Folder">Where it writes.</param>
/// <param name="Parameters">Trainable numbers in the network.</param>
/// <param name="Training">The pictures that are learned from.</param>
/// <param name="Validation">The pictures that epochs are judged by.</param>
/// <param name="FirstEpoch">0, or where a resumed run goes on.</param>
/// <param name="History">The epochs before.</param>
public sealed record TrainingStarted(TrainingOptions Options, RunFolder Folder, long Parameters, DetectionDataset Training,
    DetectionDataset Validation, int FirstEpoch, IReadOnlyList<EpochRecord> History);

/// <summary>One batch of training.</summary>
/// <param name="Epoch">0-based.</param>
/// <param name="Done">Batches of the epoch done, this one included.</param>
/// <param name="Total">Batches an epoch.</param>
/// <param name="Batch">The batch; its pixels are only valid during the call.</param>
/// <param name="MeanLoss">Mean losses of the epoch so far.</param>
public sealed record BatchTrained(int Epoch, int Done, int Total, Batch Batch, LossValues MeanLoss);

/// <summary>An epoch's end.</summary>
/// <param name="Record">Its row.</param>
/// <param name="Validation">Its validation.</param>
/// <param name="IsBest">Whether it is the best so far.</param>
/// <param name="History">All rows so far, this one included.</param>
public sealed record EpochCompleted(EpochRecord Record, ValidationOutcome Validation, bool IsBest, IReadOnlyList<EpochRecord> History);

/// <summary>How a run ended.</summary>
/// <param name="Folder">Where everything lies.</param>
/// <param name="End">Why it ended.</param>
/// <param name="BestEpoch">The epoch of <c>best</c>; −1 where none finished.</param>
/// <param name="History">Every epoch.</param>
public sealed record TrainingOutcome(RunFolder Folder, TrainingEnd End, int BestEpoch, IReadOnlyList<EpochRecord> History)
{
    /// <summary>That a run whose sparsity was steered stayed short of the share of scales that was wanted near zero, in a sentence with
    /// what helps; null where it did not.</summary>
    public string? SparsityShortfall { get; init; }
}

/// <summary>Why a run ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>Patience ran out.</summary>
    EarlyStopped,

    /// <summary>The user interrupted it; <c>last</c> goes on from there.</summary>
    Interrupted,
}
