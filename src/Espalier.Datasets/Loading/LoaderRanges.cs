using Espalier.Core;

namespace Espalier.Datasets.Loading;

/// <summary>What both loaders check of their options.</summary>
internal static class LoaderRanges
{
    private const int LargestImageSize = 4096;

    public static void Check(int imageSize, int stride, int batchSize, int workers, int prefetchBatches, long cacheLimitBytes)
    {
        OptionException.ThrowIfOutside(stride, 1, 256, "The stride");
        OptionException.ThrowIfOutside(imageSize, stride, LargestImageSize, "The image size");
        if (imageSize % stride != 0)
        {
            throw new OptionException(FormattableString.Invariant(
                $"The image size must be a multiple of the stride, {stride}, but is {imageSize}."));
        }

        OptionException.ThrowIfOutside(batchSize, 1, 1024, "The batch size");
        OptionException.ThrowIfOutside(workers, 0, 64, "The number of loader workers");
        OptionException.ThrowIfOutside(prefetchBatches, 1, 64, "The number of prefetched batches");
        if (cacheLimitBytes < 0)
        {
            throw new OptionException(FormattableString.Invariant(
                $"The photo cache's limit must be 0 bytes or more, but is {cacheLimitBytes}."));
        }
    }

    /// <summary>A batch is one array, whose length has a limit.</summary>
    /// <returns>The bytes of a batch.</returns>
    public static int BatchBytes(int pictures, int width, int height)
    {
        var bytes = (long)pictures * width * height * 3;
        if (bytes <= Array.MaxLength) return (int)bytes;
        throw new OptionException(FormattableString.Invariant(
            $"A batch of {pictures} pictures of {width} × {height} pixels does not fit into 2 GiB; take a smaller batch or image size."));
    }
}
