using System.Diagnostics;
using Espalier.Core;
using Espalier.Core.LiveRuns;
using Espalier.Training.Losses;
using Espalier.Training.Runs;
using Espalier.Training.Validation;

namespace Espalier.Training.Listeners;

/// <summary>Writes <see cref="RunProgress"/> into the run's folder, at most once a second, for those who watch.</summary>
/// <remarks>A file that cannot be written ends the watching, not the run.</remarks>
/// <param name="note">Told once where it cannot be written.</param>
public sealed class ProgressFile(Action<string> note) : ITrainingListener
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private static readonly DateTime Began = Process.GetCurrentProcess().StartTime.ToUniversalTime();

    private readonly EpochPace _pace = new();
    private readonly Stopwatch _epoch = new();
    private readonly Stopwatch _sinceWritten = new();
    private TrainingOptions? _options;
    private RunFolder? _folder;
    private int _pictures;
    private int _firstBatch;
    private BatchTrained? _batch;
    private LossValues _losses;

    /// <inheritdoc/>
    public void OnStarted(TrainingStarted started)
    {
        (_options, _folder, _pictures) = (started.Options, started.Folder, started.Training.Entries.Count);
        foreach (var record in started.History) _pace.Add(record);
        Write(RunPhase.Training, started.FirstEpoch, 0, 0);
        _epoch.Restart();
    }

    /// <inheritdoc/>
    public void OnChanged(TrainingOptions options) => _options = options;

    /// <inheritdoc/>
    public void OnBatch(BatchTrained trained)
    {
        if (_batch?.Epoch != trained.Epoch) _firstBatch = trained.Done - 1;
        (_batch, _losses) = (trained, trained.MeanLoss);
        if (_sinceWritten.Elapsed > Between) Write(RunPhase.Training, trained.Epoch, trained.Done, trained.Total);
    }

    /// <inheritdoc/>
    public void OnValidationBatch(BatchValidated validated)
    {
        if (_batch is { } last && (validated.Done == 1 || _sinceWritten.Elapsed > Between))
            Write(RunPhase.Validating, last.Epoch, last.Total, last.Total);
    }

    /// <inheritdoc/>
    public void OnEpoch(EpochCompleted completed)
    {
        _pace.Add(completed.Record);
        _epoch.Restart();
        Write(RunPhase.Training, completed.Record.Epoch + 1, 0, _batch?.Total ?? 0);
    }

    /// <inheritdoc/>
    public void OnFinished(TrainingOutcome outcome) => Write(
        outcome.End switch
        {
            TrainingEnd.Completed => RunPhase.Completed,
            TrainingEnd.EarlyStopped => RunPhase.EarlyStopped,
            _ => RunPhase.Interrupted,
        },
        outcome.History.Count, 0, _batch?.Total ?? 0);

    private void Write(RunPhase phase, int epoch, int done, int total)
    {
        if (_folder is null) return;
        var isUnderWay = phase is RunPhase.Training or RunPhase.Validating;
        var learned = done - _firstBatch;
        var share = total == 0 ? 0 : (double)done / total;
        var speed = learned > 0 && _epoch.Elapsed.TotalSeconds > 0
            ? _pictures * ((double)learned / total) / _epoch.Elapsed.TotalSeconds : 0;
        var epochSeconds = _pace.Seconds ?? (speed > 0 ? _pictures / speed : null);
        try
        {
            new RunProgress
            {
                Process = Environment.ProcessId,
                Began = Began,
                Machine = Environment.MachineName,
                Written = DateTime.UtcNow,
                Phase = phase,
                Epoch = Math.Min(epoch, _options!.Epochs),
                Epochs = _options.Epochs,
                Patience = _options.Patience,
                Batch = done,
                Batches = total,
                Losses = [_losses.Box, _losses.Objectness, _losses.Class],
                PicturesPerSecond = speed,
                SecondsLeft = isUnderWay ? epochSeconds * Math.Max(_options.Epochs - epoch - share, 0) : null,
                ResidentBytes = Environment.WorkingSet,
            }.Write(_folder.Path);
            _sinceWritten.Restart();
        }
        catch (EspalierException exception)
        {
            _folder = null;
            note($"Nobody can watch this run: {exception.Message}");
        }
    }
}
