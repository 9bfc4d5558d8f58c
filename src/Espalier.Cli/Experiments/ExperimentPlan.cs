using System.Globalization;
using Espalier.Datasets.Streets;
using Espalier.Networks;
using Espalier.Streets;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Cli.Experiments;

/// <summary>
/// An experiment as decided before it begins: a network is trained, trained on sparsely, cut in several ways, fine-tuned, and every result judged, timed and
/// reported. Paths are as the user gave them, from the folder in which the command runs.
/// </summary>
internal sealed record ExperimentPlan
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

    /// <summary>How many turns each model has, at most, when epochs are timed. A turn takes seconds.</summary>
    public int TimingRounds { get; init; } = 9;
}

/// <summary>A street to draw.</summary>
/// <param name="Street">How it looks.</param>
/// <param name="Pictures">How many pictures.</param>
internal sealed record StreetPlan(StreetOptions Street, StreetWriterOptions Pictures);

/// <summary>Every criterion with every target.</summary>
internal sealed record CuttingPlan
{
    /// <summary>From <see cref="ThinningRequest.Criteria"/>.</summary>
    public required IReadOnlyList<string> Criteria { get; init; }

    /// <summary>What the targets count.</summary>
    public required PruningMeasure Measure { get; init; }

    /// <summary>The targets: shares to keep, milliseconds, or least scores.</summary>
    public required IReadOnlyList<double> Targets { get; init; }

    /// <summary>Floors, rounding, ranking; its target is each cut's own.</summary>
    public required PruningOptions Options { get; init; }

    /// <summary>Training pictures to measure on.</summary>
    public int Pictures { get; init; } = 512;

    /// <summary>In how many cuts, with fine-tuning between, a target is reached.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Epochs of fine-tuning between two of them.</summary>
    public int EpochsBetween { get; init; } = 2;

    /// <summary>All cuts, the mildest first, criterion by criterion within.</summary>
    public IEnumerable<CutPlan> Cuts() => Targets.SelectMany(target => Criteria.Select(criterion => new CutPlan(criterion, new PruningTarget(Measure, target))));
}

/// <summary>One cut.</summary>
/// <param name="Criterion">What channels are ranked by.</param>
/// <param name="Target">How much stays.</param>
internal sealed record CutPlan(string Criterion, PruningTarget Target)
{
    /// <summary>Its folder's name, such as <c>taylor-0.40</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Criterion}-{Target.Keep:0.00########}");
}
