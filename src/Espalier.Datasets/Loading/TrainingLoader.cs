using Espalier.Core;
using Espalier.Datasets.Augmentation;
using Espalier.Datasets.Photos;
using Espalier.Vision;

namespace Espalier.Datasets.Loading;

/// <summary>
/// Training batches: shuffled, augmented, prepared ahead on threads of their own. What an epoch brings is a function of
/// (seed, epoch) alone, byte for byte, whatever the number of workers and whether it is entered in the middle.
/// </summary>
internal sealed class TrainingLoader
{
    private readonly DetectionDataset _dataset;
    private readonly LoaderOptions _options;
    private readonly PictureComposer _composer;
    private readonly BufferPool _buffers;

    /// <summary>A loader over a data set.</summary>
    /// <param name="dataset">At least one photo.</param>
    /// <param name="options">How batches are made.</param>
    /// <param name="onProblem">
    /// Told once of each photo that turns out unusable; the next usable one takes its place. Called by loader threads, one
    /// call at a time.
    /// </param>
    /// <param name="decode">Reads a file; throws <see cref="EspalierException"/> for one that can't be decoded.</param>
    /// <exception cref="EspalierException">
    /// An option is outside its range, the data set is empty, or flips are on, without being asked for, although the classes are digits.
    /// </exception>
    public TrainingLoader(
        DetectionDataset dataset, LoaderOptions options, Action<DatasetProblem>? onProblem = null, Func<string, Picture>? decode = null)
    {
        options.Validate();
        if (dataset.Entries.Count == 0) throw new EspalierException("There is no photo to train on: the training set is empty.");
        if (dataset.ClassesAreDigits && options.Augmentation.Flips && !options.FlipDigits)
        {
            throw new OptionException("Flips are on although the classes are digits; a mirrored digit makes a false label, so both flip "
                + "probabilities must be 0, or FlipDigits true.");
        }

        (_dataset, _options) = (dataset, options);
        var source = PhotoSource.Create(decode, ResizeFilter.Bilinear, onProblem);
        var photos = new PhotoCache(dataset.Entries, source, (options.ImageSize, options.ImageSize), options.CacheLimitBytes);
        _composer = new PictureComposer(photos, options.Augmentation, options.ImageSize);
        var largestBatch = Math.Min(options.BatchSize, dataset.Entries.Count);
        _buffers = new BufferPool(LoaderRanges.BatchBytes(largestBatch, options.LargestSize, options.LargestSize));
    }

    private TrainingLoader(TrainingLoader other, BatchPart part)
    {
        (_dataset, _composer, _buffers) = (other._dataset, other._composer, other._buffers);
        _options = other._options with { Part = part };
    }

    /// <summary>The same batches undivided, whatever part of them this loader gives; photos in memory and buffers are shared.</summary>
    public TrainingLoader Whole => _options.Part == BatchPart.Whole ? this : new TrainingLoader(this, BatchPart.Whole);

    /// <summary>Batches an epoch.</summary>
    public int BatchCount => (PictureCount + _options.BatchSize - 1) / _options.BatchSize;

    /// <summary>Pictures an epoch: as many as the data set has photos.</summary>
    public int PictureCount => _dataset.Entries.Count;

    /// <summary>The batches of an epoch, in order.</summary>
    /// <remarks>
    /// A batch's <see cref="Batch.Pixels"/> belong to the consumer until it asks for the next batch or leaves the loop;
    /// then the buffer is used again. Leaving the loop stops and joins the worker threads.
    /// </remarks>
    /// <param name="epoch">Counts from 0.</param>
    /// <param name="firstBatch">Where to begin, for resuming in the middle: 0…<see cref="BatchCount"/>.</param>
    /// <param name="weights">
    /// A sampling weight a photo (see <see cref="ImageWeights"/>): photos are then drawn with replacement. Null: each photo once.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting for a batch.</param>
    /// <exception cref="EspalierException">
    /// The weights are unusable; or, where a batch is asked for: no photo can be decoded, or a worker failed.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<Batch> Epoch(
        int epoch, int firstBatch = 0, IReadOnlyList<double>? weights = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, BatchCount);
        if (weights is not null && weights.Count != PictureCount)
        {
            throw new EspalierException(FormattableString.Invariant(
                $"There are {weights.Count} sampling weights for {PictureCount} photos; there must be one a photo."));
        }

        var order = weights is null
            ? EpochOrder.Shuffled(_options.Seed, epoch, PictureCount)
            : EpochOrder.Weighted(_options.Seed, epoch, weights);
        return BatchSequence.Run(
            firstBatch, BatchCount, _options.Workers, _options.PrefetchBatches, _buffers,
            (number, buffer, stop) => Prepare(epoch, order, number, buffer, stop), cancellationToken);
    }

    /// <summary>The side of a batch's pictures in pixels: the image size, or the size drawn for it under multi-scale.</summary>
    public int SizeOf(int epoch, int batch)
    {
        if (!_options.MultiScale) return _options.ImageSize;
        var random = new KeyedRandom(_options.Seed, RandomPurpose.BatchSize, (ulong)epoch, (ulong)batch);
        var smallest = (_options.ImageSize + 2 * _options.Stride - 1) / (2 * _options.Stride);
        var largest = _options.LargestSize / _options.Stride;
        return (smallest + random.NextIndex(largest - smallest + 1)) * _options.Stride;
    }

    private Batch Prepare(int epoch, int[] order, int number, byte[] buffer, CancellationToken cancellationToken)
    {
        var first = number * _options.BatchSize;
        var whole = Math.Min(_options.BatchSize, order.Length - first);
        var (skipped, count, share) = _options.Part.Of(whole);
        first += skipped;
        var size = SizeOf(epoch, number);
        var pictureBytes = size * size * 3;
        var sources = new BatchSource[count];
        var targets = new List<BatchTarget>(count * 8);
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var random = new KeyedRandom(_options.Seed, RandomPurpose.Picture, (ulong)epoch, (ulong)(first + i));
            var entry = _composer.Compose(
                order, first + i, random, buffer.AsSpan(i * pictureBytes, pictureBytes), size, i, targets);
            sources[i] = new BatchSource(entry.Path, entry.Width, entry.Height, 1, 1, 0, 0, entry.Labels);
        }

        return new Batch
        {
            Count = count,
            Height = size,
            Width = size,
            Pixels = buffer,
            Targets = [.. targets],
            Sources = sources,
            WholeCount = whole,
            Share = share,
        };
    }
}
