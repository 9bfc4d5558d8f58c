using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Pipelines.Pruning;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Training.Thinning;

namespace Espalier.Pipelines.Thinning;

/// <summary>How far a network is thinned, and how.</summary>
public sealed record ThinOptions
{
    /// <summary>Its options: whatever reads, writes or compares them asks here.</summary>
    internal static OptionTable<ThinOptions> Table { get; } = new();

    /// <summary>The <c>data.yaml</c> that the network was trained on.</summary>
    [Option("", "The data.yaml that the network was trained on", Key = "data", IsPath = true)]
    public required string Data { get; init; }

    /// <summary>The dense network: a checkpoint, a safetensors file or the original's <c>.pt</c>.</summary>
    [Option("--weights", "The dense network: a checkpoint, a safetensors file or a YOLOv5 .pt", ValueName = "file", IsPath = true)]
    public required string Weights { get; init; }

    /// <summary>What a picture may take in ONNX Runtime on this machine, in milliseconds; null for as little as the loss allows.</summary>
    [Option("--milliseconds", "What a picture may take in ONNX Runtime on this machine; default as little as can be", 0.01, 10_000)]
    public double? Milliseconds { get; init; }

    /// <summary>Points of mAP50 that may be lost against the dense network, on <see cref="ValidationSplit"/>.</summary>
    /// <value>Default 1; 0…100.</value>
    [Option("--lose", "Points of mAP50 that may be lost; against the dense network", 0, 100, Called = "The loss allowed")]
    public double Lose { get; init; } = 1;

    /// <summary>The most cuts, one after another.</summary>
    /// <value>Default 6; 1…30.</value>
    [Option("--cuts", "The most cuts, one after another", 1, 30, Called = "The number of cuts")]
    public int Cuts { get; init; } = 6;

    /// <summary>What a cut leaves of a picture's milliseconds.</summary>
    /// <value>Default 0.7; 0.1…0.95.</value>
    [Option("--keep-a-cut", "What a cut leaves of a picture's milliseconds; the last one aims at --milliseconds", 0.1, LargestShare)]
    public double KeepACut { get; init; } = 0.7;

    /// <summary>Epochs of sparse training before the first cut; 0 cuts the dense network itself.</summary>
    /// <value>Default 10.</value>
    [Option("--sparse-epochs", "Epochs of sparse training; before the first cut, 0 for none", 0, 100_000)]
    public int SparseEpochs { get; init; } = 10;

    /// <summary>
    /// The activation that sparse training puts in the place of the network's own, which the dense network keeps; null for its own.
    /// <see cref="ActivationKind.ReLU"/> costs nothing beside a convolution and is what int8 runs fastest.
    /// </summary>
    [Option("--activation", "The activation that sparse training puts in the place of the network's own; relu is what int8 runs fastest",
        Words = ["silu", "relu", "hardswish", "leakyrelu"])]
    public ActivationKind? Activation { get; init; }

    /// <summary>Epochs of fine-tuning after each cut, with the dense network as teacher.</summary>
    /// <value>Default 20.</value>
    [Option("--epochs", "Epochs of fine-tuning after each cut; taught by the dense network", 1, 100_000, Called = "The number of epochs")]
    public int Epochs { get; init; } = 20;

    /// <summary>The side of pictures in pixels; null for the size that the network was trained at.</summary>
    [ImageSizeOption("Side of the pictures in pixels; default as the network was trained")]
    public int? ImageSize { get; init; }

    /// <summary>Pictures a batch.</summary>
    /// <value>Default 16.</value>
    [BatchOption("Pictures a batch")]
    public int BatchSize { get; init; } = 16;

    /// <summary>What channels are ranked by.</summary>
    /// <value>Default <c>taylor</c>.</value>
    [CriterionOption]
    public string Criterion { get; init; } = "taylor";

    /// <summary>Training pictures that importance is measured on, and that int8 is calibrated on.</summary>
    /// <value>Default 512.</value>
    [PicturesOption("Training pictures to measure importance and to calibrate int8 on", Called = "The number of pictures to measure on")]
    public int Pictures { get; init; } = 512;

    /// <summary>Whether networks become int8 files beside float ones.</summary>
    /// <value>Default true.</value>
    [Option("--no-int8", "Make no int8 files", Key = "int8", IsInverted = true)]
    public bool Quantize { get; init; } = true;

    /// <summary>The split that is learned from.</summary>
    /// <value>Default <c>train</c>.</value>
    [SplitOption("--train-split", "The split to learn from")]
    public string TrainingSplit { get; init; } = "train";

    /// <summary>The split that epochs are chosen by and that every step is judged on.</summary>
    /// <value>Default <c>val</c>.</value>
    [SplitOption("--split", "The split to judge by")]
    public string ValidationSplit { get; init; } = "val";

    /// <summary>Of everything random.</summary>
    [SeedOption("Seed of everything random")]
    public int Seed { get; init; }

    /// <summary>Threads that prepare batches.</summary>
    /// <value>Default 1.</value>
    [WorkersOption]
    public int Workers { get; init; } = 1;

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    /// <value>Default <c>auto</c>.</value>
    [DeviceOption]
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network's arithmetic; 0 for one a core that the process may use.</summary>
    [ThreadsOption]
    public int Threads { get; init; }

    /// <summary>Rates, gains and augmentation of the trainings.</summary>
    public HyperParameters HyperParameters { get; init; } = new();

    // A cut that leaves nearly everything costs as many epochs as any other.
    internal const double LargestShare = 0.95;

    /// <summary>The words of <c>espalier thin</c> that ask for this, data aside.</summary>
    public string ToWords() => string.Join(' ', Table.Words(this, new ThinOptions { Data = Data, Weights = "" }));

    /// <summary>Refuses what is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        Table.Validate(this);
        HyperParameters.Validate();
        if (Activation is not null && SparseEpochs == 0)
            throw new OptionException("--activation is learned in sparse training: --sparse-epochs must be above 0 with it.");
    }

    /// <summary>Sparse training of the dense network, which teaches it as well.</summary>
    /// <param name="dense">The dense network's file.</param>
    /// <param name="imageSize">The side of pictures in pixels.</param>
    /// <param name="whole">How its files were judged and timed.</param>
    internal TrainingOptions SparseTraining(string dense, int imageSize, ThinningStep whole)
    {
        // As many scales fade as time shall go; where nobody says how much, half.
        var share = Milliseconds is { } wanted ? Math.Clamp(Math.Round(1 - (wanted / whole.Fastest(Lose)), 2), 0.3, 0.7) : 0.5;
        return FineTuning(dense, dense, imageSize) with
        {
            Epochs = SparseEpochs,
            Activation = Activation,
            Sparsity = new SparsityOptions { NearZeroShare = share, Step = SparseStep },
        };
    }

    // Adam divides a sub-gradient away.
    private SparsityStep SparseStep =>
        HyperParameters.Optimization.Kind == OptimizerKind.SGD ? SparsityStep.SubGradient : SparsityStep.Proximal;

    /// <summary>Training of what a cut left.</summary>
    /// <param name="weights">Its file.</param>
    /// <param name="dense">The teacher's.</param>
    /// <param name="imageSize">The side of pictures in pixels.</param>
    internal TrainingOptions FineTuning(string weights, string dense, int imageSize) => new()
    {
        Data = Data,
        TrainingSplit = TrainingSplit,
        ValidationSplit = ValidationSplit,
        Weights = weights,
        Teacher = dense,
        ImageSize = imageSize,
        BatchSize = BatchSize,
        Epochs = Epochs,
        Seed = Seed,
        Workers = Workers,
        AutoAnchor = false,
        Device = Device,
        Threads = Threads,
        HyperParameters = HyperParameters,
    };

    /// <summary>A cut to some milliseconds.</summary>
    internal PruneOptions Cut(LatencyBudget budget) => new()
    {
        Data = Data,
        TrainingSplit = TrainingSplit,
        ValidationSplit = ValidationSplit,
        Criterion = Criterion,
        Target = budget,
        Pictures = Pictures,
        Seed = Seed,
        Device = Device,
        Threads = Threads,
    };
}
