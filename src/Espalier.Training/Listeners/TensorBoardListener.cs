namespace Espalier.Training.Listeners;

/// <summary>
/// Writes TensorBoard events beside the run's other files: the columns of <c>results.csv</c> as scalars, and of a sparse run the histogram
/// of |γ|.
/// </summary>
public sealed class TensorBoardListener : ITrainingListener
{
    private EventFile? _events;

    /// <inheritdoc/>
    public void OnStarted(TrainingStarted started) => _events = new EventFile(started.Folder.Path);

    /// <inheritdoc/>
    public void OnEpoch(EpochCompleted completed)
    {
        if (_events is null) return;
        var epoch = completed.Record;
        _events.Add(epoch.Epoch, ResultsCsv.Values(epoch));
        if (epoch.ScaleHistogram is { } histogram) _events.Add(epoch.Epoch, "scales/histogram", histogram);
    }
}
