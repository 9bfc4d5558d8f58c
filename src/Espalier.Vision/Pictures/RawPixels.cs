namespace Espalier.Vision;

/// <summary>Makes pictures of pixels that somebody else holds: a camera's frame, another library's bitmap.</summary>
internal static class RawPixels
{
    /// <summary>Copies pixels into a picture of their own.</summary>
    /// <param name="pixels">Row by row from the top.</param>
    /// <param name="width">Pixels a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="format">The order of the bytes.</param>
    /// <param name="stride">Bytes from one row to the next; 0 for rows without padding.</param>
    public static Picture ToPicture(ReadOnlySpan<byte> pixels, int width, int height, PixelFormat format, int stride)
    {
        var (size, red, green, blue) = Places(format);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var row = (long)width * size;
        if (stride != 0 && stride < row)
            throw new ArgumentOutOfRangeException(nameof(stride), stride, $"a row of {width} pixels has {row} bytes");
        var step = stride == 0 ? row : stride;
        var needed = ((Int128)(height - 1) * step) + row;
        if (pixels.Length < needed)
            throw new ArgumentException($"{width} × {height} pixels as {format} need {needed} bytes, not {pixels.Length}", nameof(pixels));
        var picture = new Picture(width, height);
        for (var y = 0; y < height; y++)
        {
            var source = pixels.Slice((int)(y * step), (int)row);
            var target = picture.Row(y);
            if (format == PixelFormat.Rgb)
            {
                source.CopyTo(target);
                continue;
            }

            for (var (from, to) = (0, 0); to < target.Length; from += size, to += 3)
            {
                target[to + 2] = source[from + blue];
                target[to + 1] = source[from + green];
                target[to] = source[from + red];
            }
        }

        return picture;
    }

    private static (int Size, int Red, int Green, int Blue) Places(PixelFormat format) => format switch
    {
        PixelFormat.Rgb => (3, 0, 1, 2),
        PixelFormat.Bgr => (3, 2, 1, 0),
        PixelFormat.Rgba => (4, 0, 1, 2),
        PixelFormat.Bgra => (4, 2, 1, 0),
        PixelFormat.Grey => (1, 0, 0, 0),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "there is no such order of bytes"),
    };
}
