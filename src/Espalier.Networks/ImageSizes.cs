using Espalier.Core;

namespace Espalier.Networks;

/// <summary>Sizes at which a network can look at pictures.</summary>
internal static class ImageSizes
{
    /// <summary>Refuses a side that is not a multiple of the network's stride.</summary>
    /// <param name="imageSize">The side in pixels.</param>
    /// <param name="stride">The network's largest stride.</param>
    /// <exception cref="OptionException">It is not; the message names the nearest that is.</exception>
    public static void RequireMultiple(int imageSize, int stride)
    {
        if (imageSize % stride == 0) return;
        var nearest = Math.Max(1, (imageSize + stride / 2) / stride) * stride;
        throw new OptionException($"The image size must be a multiple of the network's stride, "
            + $"{stride}, but is {imageSize}; the nearest is {nearest}.");
    }
}
