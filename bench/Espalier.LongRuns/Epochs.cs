using Espalier.Training.Execution;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Runs;

namespace Espalier.LongRuns;

/// <summary>A training run as the command makes it, without pictures: every epoch validates, writes its checkpoint and tells the
/// listeners that write files.</summary>
internal static class Epochs
{
    /// <summary>Trains the toy.</summary>
    /// <param name="toy">Network and pictures.</param>
    /// <param name="count">How many epochs.</param>
    /// <param name="watch">Counts them.</param>
    /// <param name="log">Told what the run said.</param>
    /// <returns>Whether nothing grew, tensors least of all.</returns>
    public static bool Train(Toy toy, int count, Watch watch, TextWriter log)
    {
        var options = new TrainingOptions
        {
            Data = toy.WriteData(),
            Model = toy.WriteArchitecture(),
            ImageSize = Toy.Side,
            BatchSize = Toy.PictureCount,
            Epochs = count,
            Patience = 0,
            Threads = 1,
            Device = "cpu",
            AutoAnchor = false,
            Precision = Precision.FP32,
            DrawsPictures = false,
        };
        IReadOnlyList<EpochRecord> history = [];
        var isFlat = watch.StaysFlat(() =>
        {
            var trainer = Trainer.Start(options, toy.Folder, "run", [new ResultsCsv(), new TensorBoardListener(),
                new ProgressFile(log.WriteLine), new Counter(watch)]);
            history = trainer.Run(CancellationToken.None).History;
        });
        var (early, late) = (history[count / 10].LiveTensors, history[^1].LiveTensors);
        log.WriteLine($"{history.Count} epochs, mAP@.5 {history[^1].MeanAveragePrecision50:0.000} at the end; {early} live tensors after a "
            + $"tenth of them, {late} at the end");
        return isFlat && late <= early;
    }

    private sealed class Counter(Watch watch) : ITrainingListener
    {
        public void OnEpoch(EpochCompleted completed) => watch.Next(out _);
    }
}
