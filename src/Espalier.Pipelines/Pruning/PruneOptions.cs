using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Training.Thinning;

namespace Espalier.Pipelines.Pruning;

/// <summary>How a network is pruned: by what, to what, and on which pictures that is measured.</summary>
public sealed record PruneOptions
{
    // Where this and the machine's block are standards, printed words still say them: they read the same elsewhere.
    private static readonly PruningOptions Unsaid =
        new() { Target = new KeepShare(PruningMeasure.Operations, 0), ImageSize = 0, Rounding = 0 };

    /// <summary>The word for all levels that labels hardly need.</summary>
    public const string UnneededLevels = "auto";

    /// <summary>Its options: whatever reads, writes or compares them asks here.</summary>
    internal static OptionTable<PruneOptions> Table { get; } = new();

    /// <summary>The <c>data.yaml</c>.</summary>
    [DataOption("The data.yaml that it was trained on", Section = nameof(Data))]
    public required string Data { get; init; }

    /// <summary>What channels are ranked by.</summary>
    /// <value>Default <c>taylor</c>; one of <see cref="Importances.All"/>.</value>
    [CriterionOption(Section = nameof(Target))]
    public string Criterion { get; init; } = "taylor";

    /// <summary>How channels are chosen. Its image size is the network's.</summary>
    /// <value>Default: multiples of this processor's block (<see cref="ChannelBlock.OfThisProcessor"/>).</value>
    public PruningOptions Pruning { get; init; } =
        Unsaid with { Target = new KeepShare(PruningMeasure.Operations, 1), ImageSize = 640, Rounding = ChannelBlock.OfThisProcessor };

    /// <summary>How much is kept.</summary>
    /// <value>Default everything.</value>
    public PruningTarget Target
    {
        get => Pruning.Target;
        init => Pruning = Pruning with { Target = value };
    }

    /// <summary>
    /// Detection levels that go before anything else does, such as <c>P5</c>, or <see cref="UnneededLevels"/>; with them goes what of the
    /// neck serves them alone.
    /// </summary>
    /// <value>Default none.</value>
    [Option("--drop-levels", "Detection levels to drop first, with what of the neck serves them alone; auto for those that have at most 5 "
        + "% of the labels' matches with anchors",
        ValueName = "P3,P5|auto")]
    public ValueList<string> DropLevels { get; init; } = [];

    /// <summary>Pictures that are measured on, varied as in training.</summary>
    /// <value>Default 512; 1…1,000,000.</value>
    [PicturesOption("Training pictures to measure on", Called = "The number of pictures to measure on")]
    public int Pictures { get; init; } = 512;

    /// <summary>In how many cuts, each of the same share, the target is reached, with fine-tuning between.</summary>
    /// <value>Default 1; 1…100.</value>
    [Option("--steps", "Reach the target in several smaller cuts; with fine-tuning between", 1, 100, Called = "The number of cuts")]
    public int Steps { get; init; } = 1;

    /// <summary>Epochs of fine-tuning between two cuts.</summary>
    /// <value>Default 2.</value>
    [Option("--epochs-between", "With --steps: epochs of fine-tuning between two cuts", 1, 100_000)]
    public int EpochsBetween { get; init; } = 2;

    /// <summary>Of the criterion <c>random</c>, of the pictures that are measured on, and of fine-tuning.</summary>
    [SeedOption("Seed of --by random", Section = nameof(Device))]
    public int Seed { get; init; }

    /// <summary>The split that is measured on: gradients, statistics.</summary>
    /// <value>Default <c>train</c>.</value>
    [SplitOption("--train-split", "The split to measure on", Section = nameof(Data))]
    public string TrainingSplit { get; init; } = "train";

    /// <summary>The split that each step is judged on.</summary>
    /// <value>Default <c>val</c>.</value>
    [SplitOption("--split", "The split to judge each step on", Section = nameof(Data))]
    public string ValidationSplit { get; init; } = "val";

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    /// <value>Default <c>auto</c>.</value>
    [DeviceOption(Section = nameof(Device))]
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network's arithmetic; 0 for one a core that the process may use.</summary>
    [ThreadsOption(Section = nameof(Device))]
    public int Threads { get; init; }

    /// <summary>The levels by their names, however they were separated.</summary>
    internal IReadOnlyList<string> LevelsToDrop =>
        [.. DropLevels.SelectMany(words => words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    /// <summary>The words of <c>espalier prune</c> that ask for this, where and on what aside.</summary>
    public string ToWords() => string.Join(' ',
        Table.Words(this, new PruneOptions { Data = Data, Criterion = "", Pruning = Unsaid, Device = Device, Threads = Threads }));

    /// <summary>What such words ask for.</summary>
    /// <param name="words">As <see cref="ToWords"/> gives them.</param>
    /// <param name="data">The <c>data.yaml</c>.</param>
    /// <exception cref="EspalierException">They are none.</exception>
    public static PruneOptions Parse(string words, string data) => Table.Parse(words, new PruneOptions { Data = data });

    /// <summary>Refuses what is outside its range or contradicts itself.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        Table.Validate(this);
        Pruning.Validate();
        if (Steps > 1 && Target is not KeepShare)
            throw new OptionException("--steps goes with a share to keep: --keep-flops, --keep-parameters or --keep-channels");
    }
}

/// <summary>What channels are ranked by: any criterion that there is.</summary>
internal sealed class CriterionOptionAttribute : OptionAttribute
{
    public CriterionOptionAttribute()
        : base("--by", "What channels are ranked by") => Words = [.. Importances.All.Select(criterion => criterion.Name)];
}
