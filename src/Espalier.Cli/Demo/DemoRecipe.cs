using Espalier.Datasets;
using Espalier.Datasets.Streets;
using Espalier.Training.Losses;
using Espalier.Training.Optimisation;
using Espalier.Training.Runs;

namespace Espalier.Cli.Demo;

/// <summary>
/// What the demo trains: few, easy pictures, small, in small batches that each make a step, so that a network that has never seen anything reads
/// digits within minutes. Real photos want YOLOv5's own recipe, which is <c>train</c>'s default.
/// </summary>
internal static class DemoRecipe
{
    public const int TrainingPictures = 1500;
    public const int ValidationPictures = 200;
    public const int ImageSize = 128;
    public const int Epochs = 24;
    private const int BatchSize = 16;

    /// <summary>The street: easy, and the same on every machine.</summary>
    public static StreetOptions Street(int seed) => new() { Seed = (ulong)seed, Difficulty = StreetDifficulty.Easy };

    /// <summary>How many pictures.</summary>
    public static StreetWriterOptions Pictures(int threads) => new() { Training = TrainingPictures, Validation = ValidationPictures, Workers = threads, Overwrite = true };

    /// <summary>The training.</summary>
    public static TrainingOptions Training(string data, int seed, int threads) => new()
    {
        Data = data,
        Model = "yolov5n",
        ImageSize = ImageSize,
        BatchSize = BatchSize,
        Epochs = Epochs,
        Seed = seed,
        Threads = threads,
        HyperParameters = new HyperParameters
        {
            // Every batch a step, and the classes, which take longest to learn, weighed up.
            Optimisation = new OptimisationOptions { NominalBatchSize = BatchSize, WarmupEpochs = 1, FinalLearningRateFraction = 0.01 },
            Loss = new LossOptions { Class = 1.5f },
            Augmentation = new AugmentationOptions { Scale = 0.3 },
        },
    };
}
