using Espalier.Training.Listeners;
using Espalier.Training.Validation;

namespace Espalier.Training.Tests.Runs;

/// <summary>Writes down what a run says, and may act on a batch.</summary>
internal sealed class RecordingListener(Action<BatchTrained>? onBatch = null) : ITrainingListener
{
    public List<string> Notes { get; } = [];

    /// <summary>One word an event, in order.</summary>
    public List<string> Events { get; } = [];

    public List<EpochCompleted> Epochs { get; } = [];

    public TrainingStarted? Started { get; private set; }

    public TrainingOutcome? Outcome { get; private set; }

    public void OnStarted(TrainingStarted started)
    {
        Started = started;
        Events.Add("started");
    }

    public void OnNote(string note)
    {
        Notes.Add(note);
        Events.Add("note");
    }

    public void OnBatch(BatchTrained trained)
    {
        Events.Add($"batch {trained.Epoch}.{trained.Done}/{trained.Total}");
        onBatch?.Invoke(trained);
    }

    public void OnValidationBatch(BatchValidated validated) => Events.Add($"validation {validated.Done}/{validated.Total}");

    public void OnEpoch(EpochCompleted completed)
    {
        Epochs.Add(completed);
        Events.Add($"epoch {completed.Record.Epoch}");
    }

    public void OnFinished(TrainingOutcome outcome)
    {
        Outcome = outcome;
        Events.Add("finished");
    }
}
