using Espalier.Core;
using Espalier.Training.Losses;
using Espalier.Training.Sparsity;
using Espalier.Vision;

namespace Espalier.Training.Runs;

/// <summary>One finished epoch: a row of <c>results.csv</c>, and part of the history that travels in checkpoints.</summary>
public sealed record EpochRecord
{
    /// <summary>Below this mAP50 a detector finds next to nothing: what it needs counts more than its use or what a cut costs.</summary>
    internal const double Worthwhile = 0.1;

    /// <summary>
    /// The epoch whose weights are kept as best: the first of those with the highest fitness, or in sparse training the newest.
    /// </summary>
    /// <param name="history">At least one epoch.</param>
    public static EpochRecord Best(IReadOnlyList<EpochRecord> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history[^1].SparsityRate is null ? history.MaxBy(epoch => epoch.Fitness)! : history[^1];
    }

    /// <summary>0-based.</summary>
    [StoredRange(0, 100_000)]
    public required int Epoch { get; init; }

    /// <summary>Mean losses over the training batches.</summary>
    public required LossValues TrainingLoss { get; init; }

    /// <summary>Mean losses over the validation batches.</summary>
    public required LossValues ValidationLoss { get; init; }

    /// <summary>Precision at the confidence of the best mean F1.</summary>
    public required double Precision { get; init; }

    /// <summary>Recall there.</summary>
    public required double Recall { get; init; }

    /// <summary>Mean AP at IoU .5, by YOLOv5's rule.</summary>
    public required double MeanAveragePrecision50 { get; init; }

    /// <summary>Mean AP over IoU .50:.05:.95, by YOLOv5's rule.</summary>
    public required double MeanAveragePrecision { get; init; }

    /// <summary>Learning rates at the epoch's end: biases, convolution weights, batch-norm scales.</summary>
    [StoredRange(3, 3)]
    public required IReadOnlyList<double> LearningRates { get; init; }

    /// <summary>Seconds spent training.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Seconds spent validating.</summary>
    public required double ValidationSeconds { get; init; }

    /// <summary>Training pictures a second.</summary>
    public required double PicturesPerSecond { get; init; }

    /// <summary>Resident memory of the process at the epoch's end, in bytes.</summary>
    public required long ResidentBytes { get; init; }

    /// <summary>Live tensors of the process at the epoch's end, by TorchSharp's own count.</summary>
    public required long LiveTensors { get; init; }

    /// <summary>How the batch-norm scales of the kept weights that learn are distributed; null where they are not penalized.</summary>
    public ScaleQuantiles? Scales { get; init; }

    /// <summary>All these scales by their size; null where they are not penalized, and in records of older versions.</summary>
    public ScaleHistogram? ScaleHistogram { get; init; }

    /// <summary>How much of the kernels of the kept weights is zero; null where they are not penalized.</summary>
    public KernelZeros? Kernels { get; init; }

    /// <summary>λ of sparse training in this epoch; null where it is off.</summary>
    public double? SparsityRate { get; init; }

    /// <summary>0.1 · mAP50 + 0.9 · mAP50-95: what the best epoch is chosen by.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double Fitness => DetectionReport.FitnessOf(MeanAveragePrecision50, MeanAveragePrecision);
}
