using Espalier.Core;

namespace Espalier.Datasets.Loading;

/// <summary>How training batches are made.</summary>
internal sealed record LoaderOptions
{
    /// <summary>The side of a training picture in pixels: a multiple of <see cref="Stride"/>, up to 4,096.</summary>
    /// <value>640</value>
    public int ImageSize { get; init; } = 640;

    /// <summary>Pictures a batch: 1…1,024. The last batch of an epoch may be smaller.</summary>
    /// <value>16</value>
    public int BatchSize { get; init; } = 16;

    /// <summary>Threads that prepare batches: 0…64; with 0 the consumer prepares them itself. The batches are the same.</summary>
    /// <value>2</value>
    public int Workers { get; init; } = 2;

    /// <summary>Batches prepared ahead of the consumer: 1…64. Memory for pixels is bounded by one more than that.</summary>
    /// <value>4</value>
    public int PrefetchBatches { get; init; } = StandardPrefetch;

    /// <summary>Batches prepared ahead where nothing else is asked for.</summary>
    public const int StandardPrefetch = 4;

    /// <summary>What order, augmentation and sizes are a function of, together with epoch and index.</summary>
    /// <value>0</value>
    public ulong Seed { get; init; }

    /// <summary>How strongly pictures are varied.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Whether pictures may be mirrored even where the classes are named as digits are.</summary>
    /// <value>false</value>
    public bool FlipDigits { get; init; }

    /// <summary>
    /// Bytes of decoded photos, resized to the image size, to keep in memory: 0 or more. What does not fit is decoded
    /// again each time it is needed.
    /// </summary>
    /// <value>2 GiB</value>
    public long CacheLimitBytes { get; init; } = 2L << 30;

    /// <summary>
    /// Whether each batch gets a side of its own, from half the image size to one and a half times, in multiples of the stride.
    /// </summary>
    /// <value>false</value>
    public bool MultiScale { get; init; }

    /// <summary>The network's coarsest stride in pixels: 1…256.</summary>
    /// <value>32</value>
    public int Stride { get; init; } = 32;

    /// <summary>Which part of every batch is made here, where several processes share the work;
    /// the parts together are the batch that one alone would make.</summary>
    /// <value>all of it</value>
    public BatchPart Part { get; init; } = BatchPart.Whole;

    /// <summary>The side of the largest batch that may come, in pixels.</summary>
    public int LargestSize => MultiScale ? ImageSize * 3 / 2 / Stride * Stride : ImageSize;

    /// <summary>Checks every range.</summary>
    /// <exception cref="OptionException">An option is outside its range; the message names it and the range.</exception>
    public void Validate()
    {
        LoaderRanges.Check(ImageSize, Stride, BatchSize, Workers, PrefetchBatches, CacheLimitBytes);
        Augmentation.Validate();
        OptionException.ThrowIfOutside(Part.Count, 1, int.MaxValue, "The number of parts");
        OptionException.ThrowIfOutside(Part.Index, 0, Part.Count - 1, "The part");
    }
}
