using Espalier.Core;

namespace Espalier.Datasets.Loading;

/// <summary>How validation batches are made.</summary>
internal sealed record ValidationLoaderOptions
{
    /// <summary>The longer side of a photo in pixels: a multiple of <see cref="Stride"/>, up to 4,096.</summary>
    /// <value>640</value>
    public int ImageSize { get; init; } = 640;

    /// <summary>
    /// The one size that every photo is letterboxed to, for a network that takes no other: sides up to <see cref="ImageSize"/>, which is
    /// the longer one.
    /// </summary>
    /// <value>null: squares, or with <see cref="Rectangular"/> each batch's own shape.</value>
    public (int Width, int Height)? Frame { get; init; }

    /// <summary>Photos a batch: 1…1,024. The last batch may be smaller.</summary>
    /// <value>32</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Threads that prepare batches: 0…64; with 0 the consumer prepares them itself.</summary>
    /// <value>2</value>
    public int Workers { get; init; } = 2;

    /// <summary>Batches prepared ahead of the consumer: 1…64.</summary>
    /// <value>4</value>
    public int PrefetchBatches { get; init; } = LoaderOptions.StandardPrefetch;

    /// <summary>
    /// Whether photos of like shape share a batch of just that shape (padded by half a stride), instead of all being
    /// letterboxed to squares of <see cref="ImageSize"/>.
    /// </summary>
    /// <value>true</value>
    public bool Rectangular { get; init; } = true;

    /// <summary>The network's coarsest stride in pixels: 1…256.</summary>
    /// <value>32</value>
    public int Stride { get; init; } = 32;

    /// <summary>Bytes of decoded and resized photos to keep in memory between validations: 0 or more.</summary>
    /// <value>1 GiB</value>
    public long CacheLimitBytes { get; init; } = 1L << 30;

    /// <summary>Checks every range.</summary>
    /// <exception cref="OptionException">An option is outside its range; the message names it and the range.</exception>
    public void Validate()
    {
        LoaderRanges.Check(ImageSize, Stride, BatchSize, Workers, PrefetchBatches, CacheLimitBytes);
    }
}
