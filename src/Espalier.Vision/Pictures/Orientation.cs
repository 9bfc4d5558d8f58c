namespace Espalier.Vision;

/// <summary>Turns decoded RGBA pixels the way they are to be seen, as RGB over white.</summary>
internal static class Orientation
{
    /// <summary>Applies the header's orientation.</summary>
    /// <param name="rgba"><c>height × width × 4</c> bytes as stored, alpha not multiplied in.</param>
    /// <param name="header">The stored size and the EXIF orientation.</param>
    /// <param name="opaque">Whether alpha is 255 throughout.</param>
    public static Picture Apply(ReadOnlySpan<byte> rgba, PictureHeader header, bool opaque)
    {
        var size = header.SizeAsSeen;
        var picture = new Picture(size.Width, size.Height);
        var (origin, stepX, stepY) = Walk(header);
        for (var y = 0; y < size.Height; y++)
        {
            var row = picture.Row(y);
            var source = origin + y * stepY;
            if (opaque) CopyOpaque(rgba, source, stepX, row);
            else CopyOverWhite(rgba, source, stepX, row);
        }

        return picture;
    }

    // Where the seen picture's first pixel is stored, and how far apart (in bytes) its columns and rows are there.
    private static (int Origin, int StepX, int StepY) Walk(PictureHeader header)
    {
        const int Column = 4;
        var row = header.Width * 4;
        var right = row - Column;
        var bottom = (header.Height - 1) * row;
        return header.Orientation switch
        {
            2 => (right, -Column, row),
            3 => (right + bottom, -Column, -row),
            4 => (bottom, Column, -row),
            5 => (0, row, Column),
            6 => (bottom, -row, Column),
            7 => (right + bottom, -row, -Column),
            8 => (right, row, -Column),
            _ => (0, Column, row),
        };
    }

    private static void CopyOpaque(ReadOnlySpan<byte> rgba, int source, int step, Span<byte> row)
    {
        for (var i = 0; i < row.Length; i += 3, source += step)
        {
            row[i] = rgba[source];
            row[i + 1] = rgba[source + 1];
            row[i + 2] = rgba[source + 2];
        }
    }

    private static void CopyOverWhite(ReadOnlySpan<byte> rgba, int source, int step, Span<byte> row)
    {
        for (var i = 0; i < row.Length; i += 3, source += step)
        {
            var alpha = rgba[source + 3];
            for (var channel = 0; channel < 3; channel++)
            {
                row[i + channel] = (byte)((rgba[source + channel] * alpha + 255 * (255 - alpha) + 127) / 255);
            }
        }
    }
}
