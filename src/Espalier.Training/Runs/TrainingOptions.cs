using System.Text.Json.Serialization;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Sparsity;

namespace Espalier.Training.Runs;

/// <summary>What a training run was asked to do. Travels inside the checkpoint, so that a resumed run needs no options.</summary>
public sealed record TrainingOptions
{
    /// <summary>Its options: whatever reads, writes or compares them asks here.</summary>
    internal static OptionTable<TrainingOptions> Table { get; } = new();

    /// <summary>The <c>data.yaml</c>.</summary>
    [Option("", "The data.yaml to learn from", Key = "data", IsPath = true, Section = nameof(Data))]
    public required string Data { get; init; }

    /// <summary>The split that is learned from.</summary>
    /// <value>Default <c>train</c>.</value>
    [SplitOption("--train-split", "The split to learn from", Section = nameof(Data))]
    public string TrainingSplit { get; init; } = "train";

    /// <summary>The split that epochs are judged by.</summary>
    /// <value>Default <c>val</c>.</value>
    [SplitOption("--split", "The split to judge epochs by", Section = nameof(Data))]
    public string ValidationSplit { get; init; } = "val";

    /// <summary>
    /// A built-in architecture's name or a YAML file; unused where <see cref="Weights"/> bring their own and this is null.
    /// </summary>
    [Option("--model", "An architecture (yolov5n … yolov5x) or its YAML file; also yolov5s-v4, yolov5s-v3; "
        + "default yolov5n, or what --weights bring",
        ValueName = "name|file", Section = nameof(Weights))]
    public string? Model { get; init; }

    /// <summary>Weights to start from: a checkpoint, a safetensors file or the original's <c>.pt</c>; null for a fresh start.</summary>
    [Option("--weights", "Weights to start from: a checkpoint, a safetensors file, a YOLOv5 .pt, or house-numbers", ValueName = "file",
        IsPath = true, Section = nameof(Weights))]
    public string? Weights { get; init; }

    /// <summary>
    /// The activation in place of the network's own; null for its own. <see cref="ActivationKind.ReLU"/> costs nothing beside a convolution
    /// and is what int8 runs fastest.
    /// </summary>
    [Option("--activation", "The activation in place of the network's own: "
        + "relu costs nothing beside a convolution and is what int8 runs fastest",
        Words = ["silu", "relu", "hardswish", "leakyrelu"])]
    public ActivationKind? Activation { get; init; }

    /// <summary>The side of the square that pictures are trained at, in pixels; a multiple of the network's stride.</summary>
    /// <value>Default 640; 32…4096.</value>
    [ImageSizeOption("Side of the training square in pixels; a multiple of the network's stride, which is 32 for all built-in ones; "
        + "with --weights, by default, as those were trained",
        Section = nameof(Device))]
    public int ImageSize { get; init; } = 640;

    /// <summary>Pictures a batch.</summary>
    /// <value>Default 16; 1…1024. Gradients of several batches are added up until about 64 pictures are reached.</value>
    [BatchOption("Pictures a batch", Section = nameof(Device))]
    public int BatchSize { get; init; } = 16;

    /// <summary>How often every picture is seen.</summary>
    /// <value>Default 100; 1…100,000.</value>
    [Option("--epochs", "How often every picture is seen", 1, 100_000, Called = "The number of epochs")]
    public int Epochs { get; init; } = 100;

    /// <summary>Epochs without a strict gain in fitness after which the run stops; 0 never stops.</summary>
    /// <value>Default 100.</value>
    [Option("--patience", "Epochs without a gain after which to stop; 0 never", 0, 100_000)]
    public int Patience { get; init; } = 100;

    /// <summary>The seed of everything random: initial weights, order, augmentation, anchors.</summary>
    /// <value>Default 0.</value>
    [SeedOption("Seed of everything random", Section = nameof(Device))]
    public int Seed { get; init; }

    /// <summary>Threads that prepare batches beside the network's own.</summary>
    /// <value>Default 1; 0…64.</value>
    [WorkersOption(Section = nameof(Device))]
    public int Workers { get; init; } = 1;

    /// <summary>Whether decoded photos are kept in memory.</summary>
    /// <value>Default true.</value>
    [Option("--cache", "Where decoded photos are kept", Words = ["ram", "none"], Changes = OptionEffect.Speed, Section = nameof(Device))]
    public bool CacheInMemory { get; init; } = true;

    /// <summary>Whether a picture stays that has lost some of its labels; what they meant is then taught as background.</summary>
    [Option("--keep-partial", "Keep pictures that lost some of their labels; what those meant is then taught as background",
        Section = nameof(Device))]
    public bool KeepPartial { get; init; }

    /// <summary>Rows of the architecture, from the first, whose weights stay as they are.</summary>
    /// <value>Default 0.</value>
    [Option("--freeze", "Rows of the architecture, from the first, that stay as they are", 0, 1000, Called = "The number of frozen rows")]
    public int FreezeRows { get; init; }

    /// <summary>Whether rarer classes weigh more in the class loss.</summary>
    [Option("--class-weights", "Let rarer classes weigh more in the loss")]
    public bool ClassWeights { get; init; }

    /// <summary>Whether photos of rarer classes are drawn more often.</summary>
    [Option("--balanced", "Draw photos of rarer classes more often")]
    public bool BalancedSampling { get; init; }

    /// <summary>Whether batches vary in size by up to a half.</summary>
    [Option("--multi-scale", "Vary the image size by up to a half from batch to batch")]
    public bool MultiScale { get; init; }

    /// <summary>Whether pictures are mirrored as the hyper-parameters say.</summary>
    /// <value>Default <see cref="FlipChoice.Auto"/>: unless the classes are named as digits are.</value>
    [Option("--flip", "Mirror pictures as --hyp says; auto: unless the classes are named as digits are")]
    public FlipChoice Flip { get; init; } = FlipChoice.Auto;

    /// <summary>What checkpoints said before there was a choice: yes, or as <see cref="FlipChoice.Auto"/>.</summary>
    [JsonInclude]
    internal bool FlipDigits
    {
        init
        {
            if (value) Flip = FlipChoice.On;
        }
    }

    /// <summary>Whether anchors are fitted to the labels where they suit them badly.</summary>
    /// <value>Default true.</value>
    [Option("--no-autoanchor", "Keep the architecture's anchors", Key = "autoanchor", IsInverted = true, Section = nameof(Weights))]
    public bool AutoAnchor { get; init; } = true;

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    /// <value>Default <c>auto</c>.</value>
    [DeviceOption(Changes = OptionEffect.Result, Section = nameof(Device))]
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network's arithmetic; 0 for one a core that the process may use, and fewer beside busy programs.</summary>
    [ThreadsOption(Section = nameof(Device))]
    public int Threads { get; init; }

    /// <summary>In what numbers activations are computed; on a GPU always float32.</summary>
    /// <value>Default <see cref="Precision.Auto"/>: decided once, and kept by a resumed run.</value>
    [Option("--precision", "In what numbers activations are computed; auto measures both on this machine and takes the faster",
        Section = nameof(Device))]
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Whether processes that train together take batch statistics over all their pictures; each over its own otherwise.</summary>
    [Option("--sync-bn", "Under mpirun: take batch statistics over the pictures of all processes", Section = nameof(Device))]
    [JsonPropertyName("SynchronisedBatchNorm")] // As checkpoints have always held it.
    public bool SynchronizedBatchNorm { get; init; }

    /// <summary>
    /// <see cref="Sparsity"/> as it is asked for: a rate, NaN where it is steered, null for none. Another one starts from the defaults.
    /// </summary>
    [Option("--sparsity", "Weight of an L1 penalty on batch-norm scales, so that unneeded channels fade, or on kernels (--sparsity-on); "
        + "auto steers it towards --sparsity-target",
        1e-6, 1, Words = ["auto"], Section = nameof(Sparsity))]
    internal double? Penalty
    {
        get => Sparsity is null ? null : Sparsity.NearZeroShare is null ? Sparsity.Rate : double.NaN;
        init => Sparsity = value switch
        {
            null => null,
            double.NaN => new SparsityOptions { NearZeroShare = 0.5 },
            { } rate => new SparsityOptions { Rate = rate },
        };
    }

    /// <summary>The penalty on batch-norm scales or kernels; null for ordinary training.</summary>
    public SparsityOptions? Sparsity { get; init; }

    /// <summary>
    /// Whether <c>best</c> holds kernels of many zeros as bitmap and numbers (<see cref="WeightStorage.Sparse"/>); <c>last</c> is always
    /// dense.
    /// </summary>
    [Option("--sparse-storage", "Keep kernels of many zeros in best.safetensors as a bitmap and the weights that are left, where that is "
        + "smaller", Section = nameof(Sparsity))]
    public bool SparseStorage { get; init; }

    /// <summary>
    /// A trained network to learn from beside the labels, such as the dense one of a pruned network: a checkpoint; null for none.
    /// </summary>
    [Option("--teacher", "A trained network to learn from beside the labels, such as the dense one of a pruned network",
        ValueName = "file", IsPath = true, Section = nameof(Data))]
    public string? Teacher { get; init; }

    /// <summary>What the loss against the teacher is multiplied with.</summary>
    /// <value>Default 1; above 0, up to 100.</value>
    [Option("--teacher-weight", "How much the teacher counts beside the labels", 0.001, 100, Needs = ["--teacher"],
        Called = "The weight of the teacher", Section = nameof(Teacher))]
    public double TeacherWeight { get; init; } = 1;

    /// <summary>Whether pictures of the run are drawn into its folder.</summary>
    /// <value>Default true.</value>
    [Option("--no-plots", "Do not draw curves, batches and mistakes into the run's folder", Key = "plots", IsInverted = true,
        Aliases = ["--noplots"],
        Changes = OptionEffect.Speed, Section = nameof(Device))]
    public bool DrawsPictures { get; init; } = true;

    /// <summary>Rates, gains and augmentation.</summary>
    public HyperParameters HyperParameters { get; init; } = new();

    /// <summary>The same with full paths: what still holds in another working folder.</summary>
    public TrainingOptions WithFullPaths() => Table.WithFullPaths(this);

    /// <summary>Refuses what cannot be trained with.</summary>
    /// <param name="stride">The network's stride.</param>
    /// <exception cref="OptionException">A value is outside its range, which the message names.</exception>
    public void Validate(int stride)
    {
        HyperParameters.Validate();
        Sparsity?.Validate(HyperParameters.Optimization.Kind);
        Table.Validate(this);
        ImageSizes.RequireMultiple(ImageSize, stride);
    }
}
