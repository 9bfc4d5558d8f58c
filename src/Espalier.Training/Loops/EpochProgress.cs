using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Runs;

namespace Espalier.Training.Loops;

/// <summary>How far an epoch is: batches, time and the sums of the losses.</summary>
internal sealed class EpochProgress
{
    private LossValues _sum;

    public int BatchesDone { get; private set; }

    public double Seconds { get; set; }

    /// <summary>The losses averaged over batches, as YOLOv5 prints them.</summary>
    public LossValues MeanLoss => BatchesDone == 0 ? default : _sum / BatchesDone;

    /// <summary>The start of an epoch, or where an interrupted one stopped.</summary>
    public static EpochProgress From(TrainingState? interrupted) => interrupted is null
        ? new EpochProgress()
        : new EpochProgress { BatchesDone = interrupted.BatchesDone, Seconds = interrupted.SecondsSpent, _sum = interrupted.LossSum };

    /// <summary>The rates of the last step: biases, convolution weights, batch-norm scales.</summary>
    public IReadOnlyList<double> LearningRates { get; private set; } = [0, 0, 0];

    public void Add(StepOutcome step)
    {
        _sum += step.Values;
        ParameterKind[] kinds = [ParameterKind.Bias, ParameterKind.ConvolutionWeight, ParameterKind.BatchNormScale];
        LearningRates = [.. kinds.Select(kind => step.Rates.For(kind))];
        BatchesDone++;
    }

    public TrainingState ToState(int epoch, TrainingSession session, IReadOnlyList<EpochRecord> history) => new()
    {
        Epoch = epoch,
        BatchesDone = BatchesDone,
        LossSum = _sum,
        SecondsSpent = Seconds,
        AverageUpdates = session.Learner.Average.Updates,
        History = history,
        Threads = session.Threads,
        Precision = session.Precision,
        Sources = session.StartState.Sources,
        Pictures = session.Data.Counts,
        Changes = session.Changes,
    };
}
