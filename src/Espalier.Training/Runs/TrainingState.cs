using System.Text.Json.Serialization;
using Espalier.Core;
using Espalier.Training.Execution;
using Espalier.Training.Losses;

namespace Espalier.Training.Runs;

/// <summary>
/// Where a run stands, beside its arrays: what <c>last</c> holds as JSON so that a resumed run ends bit for bit as if it had never stopped.
/// Randomness needs no state: order and augmentation are functions of (seed, epoch, index).
/// </summary>
internal sealed record TrainingState
{
    /// <summary>The epoch to go on with, 0-based.</summary>
    [StoredRange(0, 100_000)]
    public required int Epoch { get; init; }

    /// <summary>Batches of that epoch that are done; not 0 only after an interruption.</summary>
    [StoredRange(0, int.MaxValue)]
    public required int BatchesDone { get; init; }

    /// <summary>Sums of the losses over these batches.</summary>
    public required LossValues LossSum { get; init; }

    /// <summary>Seconds that these batches took.</summary>
    [StoredRange(0, 1e12)]
    public required double SecondsSpent { get; init; }

    /// <summary>Updates of the moving average so far.</summary>
    [StoredRange(0, int.MaxValue)]
    public required long AverageUpdates { get; init; }

    /// <summary>Every finished epoch; <c>last</c> holds them under a key of their own.</summary>
    [JsonIgnore]
    public IReadOnlyList<EpochRecord> History { get; init; } = [];

    /// <summary>Threads the network computed with: another number adds in another order.</summary>
    [StoredRange(1, 1024)]
    public required int Threads { get; init; }

    /// <summary>In what numbers activations are computed: what <see cref="Precision.Auto"/> chose.</summary>
    public Precision Precision { get; init; } = Precision.FP32;

    /// <summary>Whether patience ran out: there is nothing to go on with.</summary>
    public bool IsFinished { get; init; }

    /// <summary>The files that the run was made from; null where an older version wrote the checkpoint.</summary>
    public RunSources? Sources { get; init; }

    /// <summary>How many pictures there were; null where an older version wrote the checkpoint.</summary>
    public PictureCounts? Pictures { get; init; }

    /// <summary>What was changed while the run went on, in the order of its epochs; the last one holds.</summary>
    public IReadOnlyList<RunChange> Changes { get; init; } = [];

    /// <summary>What the run does now: what it was asked, with the changes since.</summary>
    /// <param name="asked">What it was asked.</param>
    public TrainingOptions Apply(TrainingOptions asked) =>
        Changes is [.., var last] ? asked with { Epochs = last.Epochs, Patience = last.Patience } : asked;

    /// <summary>The state with one change more; a run that patience ended goes on where there is more of it.</summary>
    /// <param name="change">What holds from the next epoch on.</param>
    /// <param name="isSparse">Whether the run trains sparsely.</param>
    public TrainingState With(RunChange change, bool isSparse)
    {
        var stopping = new EarlyStopping(change.Patience, isSparse);
        foreach (var record in History) stopping.Observe(record.Epoch, record.Fitness);
        return this with { Changes = [.. Changes, change], IsFinished = IsFinished && stopping.ShouldStop(Epoch - 1) };
    }

    /// <summary>What is wrong with it as the state of a run; null where nothing is.</summary>
    /// <param name="asked">What the run was asked.</param>
    public string? FaultIn(TrainingOptions asked)
    {
        if (History.Count != Epoch || History.Index().Any(item => item.Item.Epoch != item.Index))
            return $"its history is not that of {PlainText.Counted(Epoch, "epoch")}";
        var epochs = Apply(asked).Epochs;
        return Epoch <= epochs ? null : FormattableString.Invariant($"epoch {Epoch} of {epochs}");
    }

    /// <summary>The state before the first batch.</summary>
    public static TrainingState Beginning(int threads, Precision precision, RunSources sources) => new()
    {
        Epoch = 0,
        BatchesDone = 0,
        LossSum = default,
        SecondsSpent = 0,
        AverageUpdates = 0,
        Threads = threads,
        Precision = precision,
        Sources = sources,
    };
}
