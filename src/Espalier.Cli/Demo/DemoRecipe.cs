using Espalier.Datasets;
using Espalier.Datasets.Streets;
using Espalier.Networks;
using Espalier.Pipelines.Experiments;
using Espalier.Pipelines.Pruning;
using Espalier.Streets;
using Espalier.Streets.Layout;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Cli.Demo;

/// <summary>
/// What the demo trains and thins: few, easy pictures, small, in small batches that each make a step of AdamW, so that a network that has
/// never seen anything reads digits within minutes. Real photos want YOLOv5's own recipe, which is <c>train</c>'s default.
/// </summary>
internal static class DemoRecipe
{
    public const string Model = "yolov5n";
    public const int ValidationPictures = 200;
    public const int ImageSize = 128;
    public const int BatchSize = 16;

    /// <summary>The one cut.</summary>
    public const double KeptOperations = 0.4;

    /// <summary>Gentle: in so few epochs a penalty that brought scales to zero would cost more than the cut itself.</summary>
    private static SparsityOptions Penalty { get; } = new() { Rate = 0.8, Step = SparsityStep.Proximal };

    /// <summary>The whole story.</summary>
    /// <param name="folder">Where it happens.</param>
    /// <param name="size">How much of it.</param>
    /// <param name="seed">Of the street and of every training.</param>
    /// <param name="threads">0 for one a core.</param>
    public static ExperimentPlan Plan(DemoFolder folder, DemoSize size, int seed, int threads)
    {
        var training = Training(folder.Data, seed, threads);
        return new ExperimentPlan
        {
            Name = "A street, and a detector that grew thin on it",
            Data = folder.Data,
            Street = new StreetPlan(
                new StreetOptions { Seed = (ulong)seed, Difficulty = StreetDifficulty.Easy },
                new StreetWriterOptions { Training = size.Pictures, Validation = ValidationPictures, Workers = threads, Overwrite = true }),
            Splits = ["val"],
            Dense = training with { Epochs = size.DenseEpochs },
            Sparse = training with { Model = null, AutoAnchor = false, Epochs = size.SparseEpochs, Sparsity = Penalty },
            Cutting = new CuttingPlan
            {
                Criteria = ["taylor"],
                Targets = [new KeepShare(PruningMeasure.Operations, KeptOperations)],
                Options = new PruneOptions
                {
                    Data = folder.Data,
                    Pictures = 256,
                    Pruning = new PruningOptions
                    {
                        Target = new KeepShare(PruningMeasure.Operations, KeptOperations),
                        ImageSize = ImageSize,
                    },
                },
            },
            FineTuning = training with { Model = null, AutoAnchor = false, Epochs = size.TuningEpochs },
            Teacher = true,
            TimingRounds = 4,
        };
    }

    private static TrainingOptions Training(string data, int seed, int threads) => new()
    {
        Data = data,
        Model = Model,
        ImageSize = ImageSize,
        BatchSize = BatchSize,
        Seed = seed,
        Threads = threads,
        HyperParameters = new HyperParameters
        {
            // Every batch a step, and the classes, which take longest to learn, weighed up.
            Optimization = new OptimizationOptions
            {
                Kind = OptimizerKind.AdamW,
                NominalBatchSize = BatchSize,
                LearningRate = 0.002,
                FinalLearningRateFraction = 0.01,
                WarmupEpochs = 1,
            },
            Loss = new LossOptions { Class = 1.5f },
            Augmentation = new AugmentationOptions { Scale = 0.3 },
        },
    };
}
