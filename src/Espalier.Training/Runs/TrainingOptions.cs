using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Sparsity;

namespace Espalier.Training.Runs;

/// <summary>What a training run was asked to do. Travels inside the checkpoint, so that a resumed run needs no options.</summary>
public sealed record TrainingOptions
{
    private const int LargestBatch = 1024;

    /// <summary>The <c>data.yaml</c>.</summary>
    public required string Data { get; init; }

    /// <summary>The split that is learned from.</summary>
    /// <value>Default <c>train</c>.</value>
    public string TrainingSplit { get; init; } = "train";

    /// <summary>The split that epochs are judged by.</summary>
    /// <value>Default <c>val</c>.</value>
    public string ValidationSplit { get; init; } = "val";

    /// <summary>A built-in architecture's name or a YAML file; unused where <see cref="Weights"/> bring their own and this is null.</summary>
    public string? Model { get; init; }

    /// <summary>Weights to start from: a checkpoint, a safetensors file or the original's <c>.pt</c>; null for a fresh start.</summary>
    public string? Weights { get; init; }

    /// <summary>The activation in place of the network's own; null for its own. <see cref="ActivationKind.ReLU"/> costs nothing beside a convolution and is what int8 runs fastest.</summary>
    public ActivationKind? Activation { get; init; }

    /// <summary>The side of the square that pictures are trained at, in pixels; a multiple of the network's stride.</summary>
    /// <value>Default 640; 32…4096.</value>
    public int ImageSize { get; init; } = 640;

    /// <summary>Pictures a batch.</summary>
    /// <value>Default 16; 1…1024. Gradients of several batches are added up until about 64 pictures are reached.</value>
    public int BatchSize { get; init; } = 16;

    /// <summary>How often every picture is seen.</summary>
    /// <value>Default 100; 1…100,000.</value>
    public int Epochs { get; init; } = 100;

    /// <summary>Epochs without a strict gain in fitness after which the run stops; 0 never stops.</summary>
    /// <value>Default 100.</value>
    public int Patience { get; init; } = 100;

    /// <summary>The seed of everything random: initial weights, order, augmentation, anchors.</summary>
    /// <value>Default 0.</value>
    public int Seed { get; init; }

    /// <summary>Threads that prepare batches beside the network's own.</summary>
    /// <value>Default 1; 0…64.</value>
    public int Workers { get; init; } = 1;

    /// <summary>Whether decoded photos are kept in memory.</summary>
    /// <value>Default true.</value>
    public bool CacheInMemory { get; init; } = true;

    /// <summary>Whether a picture stays that has lost some of its labels; what they meant is then taught as background.</summary>
    public bool KeepPartial { get; init; }

    /// <summary>Rows of the architecture, from the first, whose weights stay as they are.</summary>
    /// <value>Default 0.</value>
    public int FreezeRows { get; init; }

    /// <summary>Whether rarer classes weigh more in the class loss.</summary>
    public bool ClassWeights { get; init; }

    /// <summary>Whether photos of rarer classes are drawn more often.</summary>
    public bool BalancedSampling { get; init; }

    /// <summary>Whether batches vary in size by up to a half.</summary>
    public bool MultiScale { get; init; }

    /// <summary>Whether anchors are fitted to the labels where they suit them badly.</summary>
    /// <value>Default true.</value>
    public bool AutoAnchor { get; init; } = true;

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    /// <value>Default <c>auto</c>.</value>
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network's arithmetic; 0 for one a core that the process may use.</summary>
    public int Threads { get; init; }

    /// <summary>In what numbers activations are computed; on a GPU always float32.</summary>
    /// <value>Default <see cref="Precision.Auto"/>: decided once, and kept by a resumed run.</value>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Whether processes that train together take batch statistics over all their pictures; each over its own otherwise.</summary>
    public bool SynchronisedBatchNorm { get; init; }

    /// <summary>A trained network to learn from beside the labels, such as the dense one of a pruned network: a checkpoint; null for none.</summary>
    public string? Teacher { get; init; }

    /// <summary>What the loss against the teacher is multiplied with.</summary>
    /// <value>Default 1; above 0, up to 100.</value>
    public double TeacherWeight { get; init; } = 1;

    /// <summary>The penalty on batch-norm scales or kernels; null for ordinary training.</summary>
    public SparsityOptions? Sparsity { get; init; }

    /// <summary>Whether <c>best</c> holds kernels of many zeros as bitmap and numbers (<see cref="WeightStorage.Sparse"/>); <c>last</c> is always dense.</summary>
    public bool SparseStorage { get; init; }

    /// <summary>Rates, gains and augmentation.</summary>
    public HyperParameters HyperParameters { get; init; } = new();

    /// <summary>The same with full paths: what still holds in another working folder.</summary>
    public TrainingOptions WithFullPaths() => this with { Data = Path.GetFullPath(Data), Weights = Full(Weights), Teacher = Full(Teacher) };

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);

    /// <summary>How a network is judged as this run's epochs are.</summary>
    public ValidationRequest ToValidation() => new()
    {
        Data = Data,
        Split = ValidationSplit,
        ImageSize = ImageSize,
        BatchSize = Math.Min(BatchSize * 2, LargestBatch),
        Workers = Workers,
    };

    /// <summary>Refuses what cannot be trained with.</summary>
    /// <param name="stride">The network's stride.</param>
    /// <exception cref="OptionException">A value is outside its range, which the message names.</exception>
    public void Validate(int stride)
    {
        HyperParameters.Validate();
        Sparsity?.Validate(HyperParameters.Optimisation.Kind);
        OptionException.ThrowIfOutside(ImageSize, 32, 4096, "The image size");
        OptionException.ThrowIfOutside(BatchSize, 1, LargestBatch, "The batch size");
        OptionException.ThrowIfOutside(Epochs, 1, 100_000, "The number of epochs");
        OptionException.ThrowIfOutside(Workers, 0, 64, "The number of workers");
        OptionException.ThrowIfOutside(FreezeRows, 0, 1000, "The number of frozen rows");
        OptionException.ThrowIfOutside(TeacherWeight, 1e-3, 100, "The weight of the teacher");
        OptionException.ThrowIfOutside(Patience, 0, 100_000, "The patience");
        ImageSizes.RequireMultiple(ImageSize, stride);
    }
}
