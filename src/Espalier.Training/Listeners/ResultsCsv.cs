using System.Globalization;
using Espalier.Core;
using Espalier.Training.Runs;

namespace Espalier.Training.Listeners;

/// <summary>
/// Writes <c>results.csv</c> with YOLOv5's column names, and after them time and memory. The whole file is written anew at every epoch,
/// so that it never holds a row of an epoch that a killed run did not keep.
/// </summary>
public sealed class ResultsCsv : ITrainingListener
{
    private RunFolder? _folder;

    /// <inheritdoc/>
    public void OnStarted(TrainingStarted started)
    {
        _folder = started.Folder;
        if (started.History.Count > 0) Write(_folder, started.History);
    }

    /// <inheritdoc/>
    public void OnEpoch(EpochCompleted completed)
    {
        if (_folder is not null) Write(_folder, completed.History);
    }

    /// <summary>The file's text for a history.</summary>
    public static string Format(IReadOnlyList<EpochRecord> history)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Write(text, history);
        return text.ToString();
    }

    // Row by row: the text of thousands of epochs is never in memory as a whole.
    private static void Write(RunFolder folder, IReadOnlyList<EpochRecord> history) => AtomicFile.Write(folder.Results, stream =>
    {
        using var text = new StreamWriter(stream, leaveOpen: true);
        Write(text, history);
    });

    private static void Write(TextWriter text, IReadOnlyList<EpochRecord> history)
    {
        if (history.Count == 0) return;
        text.Write($"epoch,{string.Join(',', Values(history[0]).Select(column => column.Name))}\n");
        foreach (var epoch in history)
        {
            var numbers = Values(epoch).Select(column => column.Value.ToString("0.#######", CultureInfo.InvariantCulture));
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{epoch.Epoch},{string.Join(',', numbers)}\n"));
        }
    }

    /// <summary>An epoch's columns after <c>epoch</c>, in order.</summary>
    public static IReadOnlyList<(string Name, double Value)> Values(EpochRecord epoch) =>
    [
        ("train/box_loss", epoch.TrainingLoss.Box),
        ("train/obj_loss", epoch.TrainingLoss.Objectness),
        ("train/cls_loss", epoch.TrainingLoss.Class),
        ("metrics/precision", epoch.Precision),
        ("metrics/recall", epoch.Recall),
        ("metrics/mAP_0.5", epoch.MeanAveragePrecision50),
        ("metrics/mAP_0.5:0.95", epoch.MeanAveragePrecision),
        ("val/box_loss", epoch.ValidationLoss.Box),
        ("val/obj_loss", epoch.ValidationLoss.Objectness),
        ("val/cls_loss", epoch.ValidationLoss.Class),
        ("x/lr0", epoch.LearningRates[0]),
        ("x/lr1", epoch.LearningRates[1]),
        ("x/lr2", epoch.LearningRates[2]),
        ("time/train_seconds", epoch.TrainingSeconds),
        ("time/val_seconds", epoch.ValidationSeconds),
        ("time/pictures_per_second", epoch.PicturesPerSecond),
        ("memory/resident_mb", epoch.ResidentBytes / 1048576.0),
        .. epoch.Scales is { } scales
            ? [("scales/q10", scales.Tenth), ("scales/median", scales.Median), ("scales/q90", scales.Ninetieth),
                ("scales/near_zero", scales.NearZero), ("x/sparsity", epoch.SparsityRate ?? 0)]
            : Array.Empty<(string, double)>(),
        .. epoch.Kernels is { } kernels
            ? [("kernels/zeros", kernels.Zeros), ("kernels/zero_share", kernels.ZeroShare), ("kernels/near_zero", kernels.NearZero),
                ("kernels/zero_channels", kernels.ZeroChannels), ("x/sparsity", epoch.SparsityRate ?? 0)]
            : Array.Empty<(string, double)>(),
    ];
}
