namespace Espalier.Vision;

/// <summary>Resizes pictures. Deterministic on every machine;
/// results agree with the usual 8-bit implementations within one level.</summary>
internal static class Resampling
{
    /// <summary>Resizes a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="width">New columns, at least 1.</param>
    /// <param name="height">New rows, at least 1.</param>
    /// <param name="filter">How.</param>
    /// <returns>A new picture, also where the size stays.</returns>
    public static Picture Resize(Picture picture, int width, int height, ResizeFilter filter = ResizeFilter.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var resized = new Picture(width, height);
        ResizeTo(picture, width, height, filter, resized.Pixels, width * 3);
        return resized;
    }

    /// <summary>Resizes into a part of a larger buffer.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="width">New columns, at least 1.</param>
    /// <param name="height">New rows, at least 1.</param>
    /// <param name="filter">How.</param>
    /// <param name="destination">Receives rows of <paramref name="width"/> × 3 bytes, RGB,
    /// from its first byte on; other bytes are left alone.</param>
    /// <param name="rowStride">Bytes from one row to the next, at least <paramref name="width"/> × 3.</param>
    public static void ResizeTo(Picture picture, int width, int height, ResizeFilter filter, Span<byte> destination, int rowStride)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowStride, width * 3);
        if (destination.Length < (long)(height - 1) * rowStride + width * 3)
            throw new ArgumentException("the destination is too short", nameof(destination));

        if (picture.Width == width && picture.Height == height)
        {
            for (var y = 0; y < height; y++) picture.Row(y).CopyTo(destination[(y * rowStride)..]);
        }
        else if (filter == ResizeFilter.Bilinear || (width >= picture.Width && height >= picture.Height))
        {
            BilinearResampler.Resize(picture, width, height, destination, rowStride, vectorized: true);
        }
        else
        {
            AreaResampler.Resize(picture, width, height, destination, rowStride, vectorized: true);
        }
    }
}
