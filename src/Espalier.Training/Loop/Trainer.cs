using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Training.Distribution;
using Espalier.Training.Listeners;
using Espalier.Training.Profiling;
using Espalier.Training.Runs;
using Espalier.Training.Validation;

namespace Espalier.Training.Loop;

/// <summary>
/// Trains a detector: epochs of batches, each epoch validated on the moving average of the weights and kept in a checkpoint. Speaks only
/// through its listeners.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingSession _session;
    private readonly IReadOnlyList<ITrainingListener> _listeners;
    private readonly List<EpochRecord> _history = [];
    private readonly EarlyStopping _stopping;
    private readonly Timeline? _timeline;
    private static readonly JsonSerializerOptions RecordFormat = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private Trainer(TrainingSession session, IReadOnlyList<ITrainingListener> listeners, Timeline? timeline)
    {
        _timeline = timeline;
        _session = session;
        _listeners = listeners;
        _stopping = new EarlyStopping(session.Options.Patience, session.Options.Sparsity is not null);
        foreach (var record in session.StartState.History) Remember(record);
    }

    /// <summary>Prepares a new run in the next free folder <c>project/name</c>. Data and weights are read first: where they are wrong, no folder is made.</summary>
    /// <exception cref="EspalierException">Data, architecture, weights or options cannot be used.</exception>
    /// <param name="options">What to learn from what.</param>
    /// <param name="project">The folder of runs.</param>
    /// <param name="name">The run's folder in it, counted up where it is taken.</param>
    /// <param name="listeners">Who hears of it.</param>
    /// <param name="timeline">Where the time is measured; nowhere if null.</param>
    /// <param name="group">The processes that train together, each with its part of every batch; this one alone if null. Only the first writes files.</param>
    public static Trainer Start(TrainingOptions options, string project, string name, IReadOnlyList<ITrainingListener> listeners, Timeline? timeline = null, IProcessGroup? group = null) =>
        new(TrainingSession.Create(options, project, name, group ?? SingleProcess.Instance, timeline, note => Tell(listeners, note)), listeners, timeline);

    /// <summary>Prepares to go on with the run that wrote a <c>last</c> checkpoint.</summary>
    /// <exception cref="EspalierException">The checkpoint cannot be read, or its run is finished.</exception>
    /// <param name="checkpoint">The file.</param>
    /// <param name="listeners">Who hears of it.</param>
    /// <param name="timeline">Where the time is measured; nowhere if null.</param>
    /// <param name="group">As for <see cref="Start"/>.</param>
    /// <param name="change">
    /// What is other than it was: where the data lie, and options that change nothing but speed; nothing if null.
    /// </param>
    public static Trainer Resume(string checkpoint, IReadOnlyList<ITrainingListener> listeners, Timeline? timeline = null, IProcessGroup? group = null, Func<TrainingOptions, TrainingOptions>? change = null) =>
        new(TrainingSession.Resume(checkpoint, change, group ?? SingleProcess.Instance, timeline, note => Tell(listeners, note)), listeners, timeline);

    /// <summary>Brings a run to its end, wherever it stands: begins it, goes on with it, or finds it finished.</summary>
    /// <param name="folder">Where it lies or shall lie. A folder that an earlier start left without a checkpoint is made anew.</param>
    /// <param name="options">What it shall do.</param>
    /// <param name="listeners">Who hears of it.</param>
    /// <param name="interrupted">Ends it early, with everything saved.</param>
    /// <returns>The finished run; null where it was interrupted.</returns>
    /// <exception cref="EspalierException">The folder holds a run with other options or from other files, or the run cannot be made.</exception>
    public static RunRecord? Continue(RunFolder folder, TrainingOptions options, IReadOnlyList<ITrainingListener> listeners, CancellationToken interrupted)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (RunRecord.Open(folder) is { } there)
        {
            if (there.DifferencesFrom(options) is [var first, ..])
                throw new EspalierException($"'{folder.Path}' holds a run with other options ({first}): remove it, or choose another name.");
            if (there.Sources?.Changed(options) is { } source)
                throw new EspalierException($"'{folder.Path}' was trained from another '{source}' than is there now: remove it, and it is trained anew.");
            if (there.IsFinished) return there;
        }
        else if (Directory.Exists(folder.Path))
        {
            if (Directory.EnumerateFileSystemEntries(folder.Path).Any() && !File.Exists(folder.File("options.yaml")))
                throw new EspalierException($"'{folder.Path}' holds something else than a run: remove it, or choose another name.");
            if (File.Exists(folder.File("results.csv")))
                throw new EspalierException($"'{folder.Path}' holds a run without its {Path.GetFileName(folder.Last)}, so that nobody can tell whether it is done: put that file back, or remove the folder to train anew.");
            Directory.Delete(folder.Path, recursive: true);
        }

        var trainer = File.Exists(folder.Last)
            ? Resume(folder.Last, listeners, change: made => TrainingOptions.Table.WithResources(made, options))
            : Start(options, Path.GetDirectoryName(folder.Path)!, Path.GetFileName(folder.Path), listeners);
        return trainer.Run(interrupted).End == TrainingEnd.Interrupted ? null : RunRecord.Open(folder);
    }

    /// <summary>Where the run writes.</summary>
    public RunFolder Folder => _session.Folder;

    /// <summary>Trains until the epochs are done, patience runs out or the user interrupts.</summary>
    /// <param name="interrupted">
    /// When cancelled the optimizer's step is finished and <c>last</c> is written. Where several batches make up a step it waits for
    /// the last of them; where that is the epoch's last batch, or the epoch is being validated, for the epoch's end.
    /// </param>
    /// <exception cref="EspalierException">The loss is no longer a number, or a file cannot be written.</exception>
    public TrainingOutcome Run(CancellationToken interrupted)
    {
        using var session = _session;
        try
        {
            return RunEpochs(session, interrupted);
        }
        catch (Exception exception) when (exception is EspalierException or IOException && IsFirst && !File.Exists(session.Folder.Last))
        {
            // A run without a checkpoint is of no use to anybody.
            session.Folder.Discard();
            throw;
        }
    }

    private TrainingOutcome RunEpochs(TrainingSession session, CancellationToken interrupted)
    {
        var state = session.StartState;
        Tell(listener => listener.OnStarted(new TrainingStarted(
            session.Options, session.Folder, session.ParameterCount, session.Data.Training, session.Data.Validation, state.Epoch, state.History)));

        var end = TrainingEnd.Completed;
        for (var epoch = state.Epoch; epoch < session.Options.Epochs; epoch++)
        {
            var resumed = epoch == state.Epoch ? state : null;
            if (!TrainEpoch(epoch, resumed, interrupted, out var progress))
            {
                var processes = session.TakeDownStatistics();
                if (IsFirst) session.SaveLast(progress.ToState(epoch, session, _history), processes);
                end = TrainingEnd.Interrupted;
                break;
            }

            FinishEpoch(epoch, progress);
            if (epoch == session.Options.Epochs - 1) break;
            if (!_stopping.ShouldStop(epoch) && !AnyWantsToStop(interrupted)) continue;
            end = _stopping.ShouldStop(epoch) ? TrainingEnd.EarlyStopped : TrainingEnd.Interrupted;
            break;
        }

        var outcome = new TrainingOutcome(session.Folder, end, _stopping.BestEpoch, _history);
        Native.NativeTuning.GiveBack();
        Tell(listener => listener.OnFinished(outcome));
        return outcome;
    }

    /// <summary>One epoch's batches; false where the user interrupted it.</summary>
    private bool TrainEpoch(int epoch, TrainingState? resumed, CancellationToken interrupted, out EpochProgress progress)
    {
        progress = EpochProgress.From(resumed);
        _session.BeginEpoch(epoch, _history);
        var total = _session.TrainingLoader.BatchCount;
        var clock = Stopwatch.StartNew();
        var before = progress.Seconds;
        using var batches = _session.TrainingLoader.Epoch(epoch, progress.BatchesDone, _session.SamplingWeights).GetEnumerator();
        while (Next(batches) is { } batch)
        {
            var isLast = progress.BatchesDone == total - 1;
            var step = _session.Step.Run(batch, epoch, (long)epoch * total + progress.BatchesDone, isLast, interrupted.IsCancellationRequested);
            if (!step.IsFinite) throw NotFinite(epoch, progress.BatchesDone, batch, step);
            progress.Add(step.Values);
            progress.Seconds = before + clock.Elapsed.TotalSeconds;
            var trained = new BatchTrained(epoch, progress.BatchesDone, total, batch, progress.MeanLoss);
            using (_timeline.Measure("listeners")) Tell(listener => listener.OnBatch(trained));
            var stop = step.WantsToStop || (_session.Group.Size == 1 && interrupted.IsCancellationRequested);
            if (step.Stepped && !isLast && stop) return false;
        }

        return true;
    }

    private Batch? Next(IEnumerator<Batch> batches)
    {
        using var measured = _timeline.Measure("waiting for pictures");
        return batches.MoveNext() ? batches.Current : null;
    }

    /// <summary>Whether this is the process that validates, writes and speaks.</summary>
    private bool IsFirst => _session.Group.Rank == 0;

    private bool AnyWantsToStop(CancellationToken interrupted)
    {
        Span<double> wants = [interrupted.IsCancellationRequested ? 1 : 0];
        _session.Group.Sum(wants);
        return wants[0] > 0;
    }

    private void FinishEpoch(int epoch, EpochProgress progress)
    {
        _session.AverageStatistics();
        if (IsFirst) JudgeEpoch(epoch, progress);
        if (_session.Group.Size == 1) return;
        // Everybody goes on from the same record: whether it was the last is decided alike.
        var record = _session.Group.Broadcast(IsFirst ? JsonSerializer.SerializeToUtf8Bytes(_history[^1], RecordFormat) : []);
        if (!IsFirst) Remember(JsonSerializer.Deserialize<EpochRecord>(record, RecordFormat)!);
    }

    private void JudgeEpoch(int epoch, EpochProgress progress)
    {
        var clock = Stopwatch.StartNew();
        _session.SettleStatistics();
        var validation = Validate();
        var report = validation.Report;
        var record = new EpochRecord
        {
            Epoch = epoch,
            TrainingLoss = progress.MeanLoss,
            ValidationLoss = validation.Loss ?? default,
            Precision = report.Precision,
            Recall = report.Recall,
            MeanAveragePrecision50 = report.MeanAveragePrecision50,
            MeanAveragePrecision = report.MeanAveragePrecision50To95,
            LearningRates = _session.Step.LearningRates,
            TrainingSeconds = progress.Seconds,
            ValidationSeconds = clock.Elapsed.TotalSeconds,
            PicturesPerSecond = _session.TrainingLoader.PictureCount / Math.Max(progress.Seconds, 1e-9),
            ResidentBytes = Environment.WorkingSet,
            Scales = _session.Scales(),
            ScaleHistogram = _session.ScaleHistogram(),
            Kernels = _session.Kernels(),
            SparsityRate = _session.SparsityRate,
            LiveTensors = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount,
        };
        var isBest = Remember(record);
        Save(epoch, isBest);
        var completed = new EpochCompleted(record, validation, isBest, [.. _history]);
        using var measured = _timeline.Measure("listeners, epoch");
        Tell(listener => listener.OnEpoch(completed));
    }

    private ValidationOutcome Validate()
    {
        using var measured = _timeline.Measure("validation");
        return _session.ValidateAverage(judged => Tell(listener => listener.OnValidationBatch(judged)));
    }

    private void Save(int epoch, bool isBest)
    {
        using var measured = _timeline.Measure("checkpoints");
        if (isBest) _session.SaveBest(_history);
        _session.SaveLast(EpochProgress.From(null).ToState(epoch + 1, _session, _history) with { IsFinished = _stopping.ShouldStop(epoch) });
    }

    private bool Remember(EpochRecord record)
    {
        _history.Add(record);
        return _stopping.Observe(record.Epoch, record.Fitness);
    }

    private EspalierException NotFinite(int epoch, int batch, Batch pictures, StepOutcome step)
    {
        var (loss, rate) = (step.Values, _session.Options.HyperParameters.Optimisation.LearningRate);
        var what = loss.IsFinite ? "The gradients are no longer finite" : "The loss is no longer a number";

        // Before the first step no learning rate has had any part in it.
        var advice = _session.Average.Updates == 0
            ? "nothing has been learned yet, so that it lies in the weights it starts from: start from others"
            : string.Create(CultureInfo.InvariantCulture, $"lower lr0 below {rate} or start from other weights");
        var rest = File.Exists(_session.Folder.Last) ? $"; {_session.Folder.Last} holds the run's last good state." : ".";
        return new EspalierException(string.Create(
            CultureInfo.InvariantCulture,
            $"{what} in epoch {epoch}, batch {batch} (box {loss.Box}, objectness {loss.Objectness}, class {loss.Class}; first picture {pictures.Sources[0].Path}): ") + advice + rest);
    }

    private void Tell(Action<ITrainingListener> say)
    {
        foreach (var listener in _listeners) say(listener);
    }

    private static void Tell(IReadOnlyList<ITrainingListener> listeners, string note)
    {
        foreach (var listener in listeners) listener.OnNote(note);
    }
}
