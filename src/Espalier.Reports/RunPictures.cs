using System.Diagnostics;
using Espalier.Reports.Drawing;
using Espalier.Reports.Photos;
using Espalier.Reports.Plots;
using Espalier.Training.Listeners;
using Espalier.Training.Prediction;
using Espalier.Training.Runs;
using Espalier.Training.Validation;

namespace Espalier.Reports;

/// <summary>
/// Writes the pictures of a run into its folder, by the names that YOLOv5's users know. While the run goes on it draws little;
/// curves, confusion, validation batches and mistakes are those of the best epoch and are drawn once, when the run ends or is interrupted.
/// </summary>
/// <remarks>A picture that cannot be drawn or written is a note; it never ends a run.</remarks>
/// <param name="note">Told what could not be drawn.</param>
public sealed class RunPictures(Action<string> note) : ITrainingListener
{
    private const int TrainingBatches = 3;

    // results.png is drawn anew only while that takes less than a hundredth of the time.
    private const int ShareOfTime = 100;

    private TrainingStarted? _started;
    private ValidationCollector _current = new();
    private BestEpoch? _best;
    private TimeSpan _lastDrawing;
    private Stopwatch _sinceDrawing = Stopwatch.StartNew();

    /// <inheritdoc/>
    public void OnStarted(TrainingStarted started)
    {
        if (!started.Options.DrawsPictures) return;
        _started = started;
        if (started.FirstEpoch == 0) Draw("labels.png", () => LabelsPlot.Draw(started.Training));
    }

    /// <inheritdoc/>
    public void OnBatch(BatchTrained trained)
    {
        if (_started is null || trained.Epoch > 0 || trained.Done > TrainingBatches) return;
        Draw($"train_batch{trained.Done - 1}.png",
            () => TrainingBatchSheet.Draw(trained.Batch, trained.Done - 1, _started.Training.ClassNames));
    }

    /// <inheritdoc/>
    public void OnValidationBatch(BatchValidated validated)
    {
        if (validated.Done == 1) _current = new ValidationCollector();
        _current.Add(validated);
    }

    /// <inheritdoc/>
    public void OnEpoch(EpochCompleted completed)
    {
        if (completed.IsBest) _best = new BestEpoch(completed.Record.Epoch, completed.Validation, _current);
        _current = new ValidationCollector();
        if (_started is not null && _lastDrawing * ShareOfTime < _sinceDrawing.Elapsed) DrawResults(completed.History);
    }

    /// <inheritdoc/>
    public void OnFinished(TrainingOutcome outcome)
    {
        if (_started is null || outcome.History.Count == 0) return;
        DrawResults(outcome.History);
        if (outcome.History.Any(epoch => epoch.ScaleHistogram is not null)) Draw("sparsity.png", () => SparsityPlot.Draw(outcome.History));
        if (_best?.Epoch == outcome.BestEpoch)
            ValidationPictures.Write(outcome.Folder.Path, _best.Outcome.Report, _best.Collector, _started.Validation.ClassNames, note);
        else if (outcome.End != TrainingEnd.Interrupted) DrawFromBestWeights(outcome.Folder);
    }

    private void DrawResults(IReadOnlyList<EpochRecord> history)
    {
        var clock = Stopwatch.StartNew();
        Draw("results.png", () => ResultsPlot.Draw(history));
        (_lastDrawing, _sinceDrawing) = (clock.Elapsed, Stopwatch.StartNew());
    }

    // A resumed run does not remember what it found before it was stopped: the best weights are judged once more.
    private void DrawFromBestWeights(RunFolder folder) => PictureFile.Try("the best epoch's pictures", note, () =>
    {
        var collector = new ValidationCollector();
        var options = _started!.Options;
        using var network = TorchNetwork.Open(folder.Best, options.Device, options.Threads);
        var (outcome, dataset) = ValidationRequest.Of(options).Run(network, folder.Best, collector.Add);
        ValidationPictures.Write(folder.Path, outcome.Report, collector, dataset.ClassNames, note);
    });

    private void Draw(string name, Func<Drawing.Sheet> draw) => PictureFile.Write(_started!.Folder.File(name), note, draw);

    /// <summary>What was found in the best epoch.</summary>
    private sealed record BestEpoch(int Epoch, ValidationOutcome Outcome, ValidationCollector Collector);
}
