using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Loading;
using Espalier.Datasets.Yolo;
using Espalier.Training.Runs;
using Espalier.Training.Validation;

namespace Espalier.Training.Loops;

/// <summary>The pictures that a run learns from and those it is judged by.</summary>
/// <param name="Training">Learned from.</param>
/// <param name="Validation">Judged by.</param>
internal sealed record TrainingData(DetectionDataset Training, DetectionDataset Validation)
{
    /// <summary>How many there are.</summary>
    public PictureCounts Counts => new(Training.Entries.Count, Validation.Entries.Count);

    /// <summary>Scans both splits and says what was left out.</summary>
    public static TrainingData Scan(TrainingOptions options, Action<string> note, CancellationToken cancellationToken = default)
    {
        var (configuration, scan) = (DataConfiguration.Read(options.Data), new ScanOptions { KeepPartial = options.KeepPartial });
        var training = LabelledSet.OpenForTraining(
            configuration, options.TrainingSplit, options.ValidationSplit, scan, note, cancellationToken);
        if (training.Entries.All(entry => entry.Labels.Count == 0))
        {
            throw new EspalierException(
                $"There is no object to learn in '{options.TrainingSplit}' of {configuration.Path}: "
                + $"the labels of all its {training.Entries.Count} pictures are empty.");
        }

        return new TrainingData(training, LabelledSet.Open(configuration, options.ValidationSplit, scan, note, cancellationToken));
    }

    /// <summary>The same with labels counted as a network counts its classes.</summary>
    /// <inheritdoc cref="ClassOrder.InOrderOf"/>
    public TrainingData InOrderOf(IReadOnlyList<string> names, string name, string data, Action<string>? note = null) =>
        new(Training.InOrderOf(names, name, data, note), Validation.InOrderOf(names, name, data));

    /// <summary>The loaders of both splits.</summary>
    /// <param name="options">Sizes and augmentation.</param>
    /// <param name="stride">The network's.</param>
    /// <param name="part">This process's part of every training batch.</param>
    /// <param name="note">Told of what was changed or cannot be read.</param>
    public (TrainingLoader Training, ValidationLoader Validation) Loaders(TrainingOptions options, int stride,
        BatchPart part, Action<string> note)
    {
        var augmentation = options.HyperParameters.Augmentation;
        if (augmentation.Flips && options.Flip == FlipChoice.Off) augmentation = augmentation.WithoutFlips();
        if (augmentation.Flips && options.Flip == FlipChoice.Auto && Training.ClassesAreDigits)
        {
            augmentation = augmentation.WithoutFlips();
            note("The classes are named as digits are: flips are off, for a mirrored 2 is not a 2 (--flip on keeps them)");
        }

        var seed = (ulong)options.Seed;
        var training = new LoaderOptions
        {
            ImageSize = options.ImageSize,
            BatchSize = options.BatchSize,
            Workers = options.Workers,
            Seed = seed,
            Augmentation = augmentation,
            FlipDigits = options.Flip == FlipChoice.On,
            MultiScale = options.MultiScale,
            Stride = stride,
            Part = part,
        };
        var validation = new ValidationLoaderOptions
        {
            ImageSize = options.ImageSize,
            BatchSize = ValidationRequest.Of(options).BatchSize,
            Workers = options.Workers,
            Stride = stride,
        };
        if (!options.CacheInMemory)
            (training, validation) = (training with { CacheLimitBytes = 0 }, validation with { CacheLimitBytes = 0 });
        return (
            new TrainingLoader(Training, training, problem => note(DatasetNotes.Text(problem))),
            LabelledSet.Load(Validation, validation, note));
    }
}
