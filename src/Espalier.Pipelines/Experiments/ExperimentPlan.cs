using Espalier.Datasets.Streets;
using Espalier.Networks;
using Espalier.Pipelines.Pruning;
using Espalier.Streets;
using Espalier.Training.Runs;

namespace Espalier.Pipelines.Experiments;

/// <summary>
/// An experiment as decided before it begins: a network is trained, trained on sparsely, cut in several ways, fine-tuned, and every result
/// judged, timed and reported. Paths are as the user gave them, from the folder in which the command runs.
/// </summary>
public sealed record ExperimentPlan
{
    /// <summary>Names its folder and its report.</summary>
    public required string Name { get; init; }

    /// <summary>The <c>data.yaml</c>; where <see cref="Street"/> is there, that of the street.</summary>
    public required string Data { get; init; }

    /// <summary>A street to draw first; null where the data are there.</summary>
    public StreetPlan? Street { get; init; }

    /// <summary>The splits that networks are judged on; the first one also chooses the best epochs.</summary>
    public required IReadOnlyList<string> Splits { get; init; }

    /// <summary>The baseline.</summary>
    public required TrainingOptions Dense { get; init; }

    /// <summary>Sparse training from the baseline's weights on; null to cut the baseline itself.</summary>
    public TrainingOptions? Sparse { get; init; }

    /// <summary>Whether sparse training learns from the baseline beside the labels.</summary>
    public bool SparseTeacher { get; init; }

    /// <summary>The cuts.</summary>
    public required CuttingPlan Cutting { get; init; }

    /// <summary>Fine-tuning of what a cut leaves.</summary>
    public required TrainingOptions FineTuning { get; init; }

    /// <summary>Whether fine-tuning learns from the baseline beside the labels.</summary>
    public bool Teacher { get; init; }

    /// <summary>Whether the report holds the figures of the paper beside its own, which means something on SVHN alone.</summary>
    public bool ComparesWithPaper { get; init; }

    /// <summary>What should come of it.</summary>
    public IReadOnlyList<Expectation> Expected { get; init; } = [];

    /// <summary>How many turns each model has, at most, when epochs are timed. A turn takes seconds.</summary>
    public int TimingRounds { get; init; } = 9;

    /// <summary>How a cut is made.</summary>
    /// <param name="cut">The cut.</param>
    public PruneOptions PruningFor(CutPlan cut)
    {
        ArgumentNullException.ThrowIfNull(cut);
        return Cutting.Options with
        {
            Data = Data,
            Criterion = cut.Criterion,
            Target = cut.Target,
            EpochsBetween = Cutting.Options.Steps > 1 ? Cutting.Options.EpochsBetween : 2,
            ValidationSplit = Splits[0],
            Seed = Dense.Seed,
            Device = Dense.Device,
            Threads = Dense.Threads,
        };
    }
}

/// <summary>A street to draw.</summary>
/// <param name="Street">How it looks.</param>
/// <param name="Pictures">How many pictures.</param>
public sealed record StreetPlan(StreetOptions Street, StreetWriterOptions Pictures);

/// <summary>Every criterion with every target.</summary>
public sealed record CuttingPlan
{
    /// <summary>What channels are ranked by (<see cref="PruneOptions.Criterion"/>).</summary>
    public required IReadOnlyList<string> Criteria { get; init; }

    /// <summary>How much stays, the mildest first.</summary>
    public required IReadOnlyList<PruningTarget> Targets { get; init; }

    /// <summary>Floors, rounding, ranking; criterion and target are each cut's own, data and seed the baseline's.</summary>
    public required PruneOptions Options { get; init; }

    /// <summary>All cuts, the mildest first, criterion by criterion within.</summary>
    public IEnumerable<CutPlan> Cuts() => Targets.SelectMany(target => Criteria.Select(criterion => new CutPlan(criterion, target)));
}

/// <summary>One cut.</summary>
/// <param name="Criterion">What channels are ranked by.</param>
/// <param name="Target">How much stays.</param>
public sealed record CutPlan(string Criterion, PruningTarget Target)
{
    /// <summary>Its folder's name, such as <c>taylor-0.40</c>.</summary>
    public string Name => Invariant($"{Criterion}-{Target.Number:0.00########}");
}
