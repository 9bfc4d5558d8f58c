using Espalier.Core;
using Espalier.Datasets.Photos;
using Espalier.Vision;

namespace Espalier.Datasets.Loading;

/// <summary>
/// Validation batches: every usable photo once and unvaried, its longer side at the image size or fitted into a frame, letterboxed in grey;
/// with what is needed to bring boxes back to the photo's own pixels.
/// </summary>
internal sealed class ValidationLoader
{
    private readonly DetectionDataset _dataset;
    private readonly ValidationLoaderOptions _options;
    private readonly PhotoCache _photos;
    private readonly BufferPool _buffers;
    private readonly int[] _order;

    /// <summary>A loader over a data set.</summary>
    /// <param name="dataset">At least one photo.</param>
    /// <param name="options">How batches are made.</param>
    /// <param name="onProblem">
    /// Told once of each photo that turns out unusable, which is left out. Called by loader threads, one call at a time.
    /// </param>
    /// <param name="decode">Reads a file; throws <see cref="EspalierException"/> for one that can't be decoded.</param>
    /// <exception cref="EspalierException">An option is outside its range, or the data set is empty.</exception>
    public ValidationLoader(DetectionDataset dataset, ValidationLoaderOptions options, Action<DatasetProblem>? onProblem = null,
        Func<string, Picture>? decode = null)
    {
        options.Validate();
        if (dataset.Entries.Count == 0) throw new EspalierException("There is no photo to validate on: the validation set is empty.");
        (_dataset, _options) = (dataset, options);
        var source = PhotoSource.Create(decode, ResizeFilter.Area, onProblem);
        _photos = new PhotoCache(dataset.Entries, source, Frame, options.CacheLimitBytes);
        _order = options.Rectangular ? RectangularShapes.Order(dataset.Entries) : [.. Enumerable.Range(0, dataset.Entries.Count)];
        _buffers = new BufferPool(Enumerable.Range(0, BatchCount)
            .Max(batch => LoaderRanges.BatchBytes(PlacesOf(batch).Length, ShapeOf(batch).Width, ShapeOf(batch).Height)));
    }

    /// <summary>How many batches there are (fewer come where none of a batch's photos can be decoded).</summary>
    public int BatchCount => (_order.Length + _options.BatchSize - 1) / _options.BatchSize;

    /// <summary>How many photos there are, usable or not.</summary>
    public int PictureCount => _order.Length;

    /// <summary>All batches, in the same order every time.</summary>
    /// <remarks>
    /// A batch's <see cref="Batch.Pixels"/> belong to the consumer until it asks for the next batch or leaves the loop;
    /// then the buffer is used again. Leaving the loop stops and joins the worker threads.
    /// </remarks>
    /// <param name="cancellationToken">Ends the waiting for a batch.</param>
    /// <exception cref="EspalierException">A worker failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<Batch> Batches(CancellationToken cancellationToken = default) => BatchSequence.Run(
        0, BatchCount, _options.Workers, _options.PrefetchBatches, _buffers, Prepare, cancellationToken);

    private ReadOnlySpan<int> PlacesOf(int batch)
    {
        var first = batch * _options.BatchSize;
        return _order.AsSpan(first, Math.Min(_options.BatchSize, _order.Length - first));
    }

    private (int Width, int Height) Frame => _options.Frame ?? (_options.ImageSize, _options.ImageSize);

    private (int Width, int Height) ShapeOf(int batch) => _options.Rectangular && _options.Frame is null
        ? RectangularShapes.ShapeOf(PlacesOf(batch).ToArray().Select(index => _dataset.Entries[index]), _options.ImageSize, _options.Stride)
        : Frame;

    private Batch Prepare(int number, byte[] buffer, CancellationToken cancellationToken)
    {
        var (width, height) = ShapeOf(number);
        var sources = new List<BatchSource>();
        var targets = new List<BatchTarget>();
        foreach (var index in PlacesOf(number))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_photos.TryGet(index, out var photo)) continue;
            var frame = buffer.AsSpan(sources.Count * width * height * 3, width * height * 3);
            var source = Place(photo, frame, width, height);
            AddTargets(targets, source, sources.Count, width, height);
            sources.Add(source);
        }

        return new Batch
        {
            Count = sources.Count,
            Height = height,
            Width = width,
            Pixels = buffer,
            Targets = [.. targets],
            Sources = [.. sources],
        };
    }

    /// <summary>Copies a resized photo into the middle of a grey frame.</summary>
    private static BatchSource Place(LoadedPhoto photo, Span<byte> frame, int width, int height)
    {
        var (picture, entry) = photo;
        var letterbox = Letterbox.Into(picture.Width, picture.Height, width, height, enlarge: false);
        letterbox.ApplyTo(picture, frame);
        return new BatchSource(
            entry.Path, entry.Width, entry.Height,
            picture.Width / (float)entry.Width, picture.Height / (float)entry.Height, letterbox.Left, letterbox.Top, entry.Labels);
    }

    private static void AddTargets(List<BatchTarget> targets, BatchSource source, int image, float width, float height)
    {
        foreach (var label in source.Labels)
        {
            var box = label.Box.ScaleAndMove(source.ScaleX, source.ScaleY, source.PadX, source.PadY);
            targets.Add(new BatchTarget(
                image, label.Class, box.CenterX / width, box.CenterY / height, box.Width / width, box.Height / height));
        }
    }
}
