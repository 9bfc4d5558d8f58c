using System.Buffers;

namespace Espalier.Vision;

/// <summary>
/// How a picture is fitted into a rectangle: scaled with its sides' ratio kept, then padded evenly with grey 114. Sides
/// after scaling are <c>round(side·scale)</c>, halves to even; of an odd padding the larger part goes right and below.
/// Boxes are brought over by the scale that the rounded sides really have, and by the padding really added.
/// </summary>
/// <param name="SourceWidth">The picture's columns.</param>
/// <param name="SourceHeight">The picture's rows.</param>
/// <param name="ResizedWidth">Columns after scaling, without padding.</param>
/// <param name="ResizedHeight">Rows after scaling, without padding.</param>
/// <param name="Left">Columns of padding left of the picture.</param>
/// <param name="Top">Rows of padding above the picture.</param>
/// <param name="Width">Columns with padding.</param>
/// <param name="Height">Rows with padding.</param>
internal readonly record struct Letterbox(
    int SourceWidth, int SourceHeight, int ResizedWidth, int ResizedHeight, int Left, int Top, int Width, int Height)
{
    /// <summary>The grey of the padding, in all three channels.</summary>
    public const byte PaddingLevel = 114;

    /// <summary>New pixels an old one, across.</summary>
    public float ScaleX => (float)ResizedWidth / SourceWidth;

    /// <summary>New pixels an old one, down.</summary>
    public float ScaleY => (float)ResizedHeight / SourceHeight;

    /// <summary>Bytes that <see cref="ApplyTo(Picture, Span{byte}, ResizeFilter)"/> fills, and floats that its other form fills.</summary>
    public int Length => Width * Height * 3;

    /// <summary>Into a square, padded to its full size.</summary>
    /// <param name="width">The picture's columns, at least 1.</param>
    /// <param name="height">The picture's rows, at least 1.</param>
    /// <param name="size">The square's side, at least 1.</param>
    /// <param name="enlarge">Whether a small picture is enlarged; otherwise it is only padded.</param>
    public static Letterbox Square(int width, int height, int size, bool enlarge = true) => Into(width, height, size, size, enlarge);

    /// <summary>Into the smallest rectangle whose sides are multiples of the stride away from a square's:
    /// padded only as far as the stride needs.</summary>
    /// <inheritdoc cref="Square" path="/param"/>
    /// <param name="width"/><param name="height"/><param name="size"/><param name="enlarge"/>
    /// <param name="stride">The network's largest stride.</param>
    public static Letterbox Minimal(int width, int height, int size, int stride = 32, bool enlarge = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        var (resizedWidth, resizedHeight) = Resized(width, height, size, size, enlarge);
        return Padded(width, height, resizedWidth, resizedHeight, resizedWidth + (size - resizedWidth) % stride,
            resizedHeight + (size - resizedHeight) % stride);
    }

    /// <summary>Into a given rectangle, padded to its full size.</summary>
    /// <param name="width">The picture's columns, at least 1.</param>
    /// <param name="height">The picture's rows, at least 1.</param>
    /// <param name="targetWidth">The rectangle's columns, at least 1.</param>
    /// <param name="targetHeight">The rectangle's rows, at least 1.</param>
    /// <param name="enlarge">Whether a small picture is enlarged; otherwise it is only padded.</param>
    public static Letterbox Into(int width, int height, int targetWidth, int targetHeight, bool enlarge = true)
    {
        var (resizedWidth, resizedHeight) = Resized(width, height, targetWidth, targetHeight, enlarge);
        return Padded(width, height, resizedWidth, resizedHeight, targetWidth, targetHeight);
    }

    /// <summary>Fits a picture.</summary>
    public Picture Apply(Picture picture, ResizeFilter filter = ResizeFilter.Bilinear)
    {
        var fitted = new Picture(Width, Height);
        ApplyTo(picture, fitted.Pixels, filter);
        return fitted;
    }

    /// <summary>Fits a picture into a buffer.</summary>
    /// <param name="picture">A picture of the source size.</param>
    /// <param name="destination">Receives (height, width, 3) bytes, RGB; at least <see cref="Length"/>.</param>
    /// <param name="filter">How it is resized.</param>
    public void ApplyTo(Picture picture, Span<byte> destination, ResizeFilter filter = ResizeFilter.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (picture.Width != SourceWidth || picture.Height != SourceHeight)
        {
            throw new ArgumentException($"this letterbox is for {SourceWidth} × {SourceHeight} pixels, not {picture.Width} × "
                + $"{picture.Height}", nameof(picture));
        }

        var stride = Width * 3;
        var bytes = destination[..Length];
        bytes[..(Top * stride)].Fill(PaddingLevel);
        bytes[((Top + ResizedHeight) * stride)..].Fill(PaddingLevel);
        if (ResizedWidth < Width)
        {
            for (var y = Top; y < Top + ResizedHeight; y++)
            {
                var row = bytes.Slice(y * stride, stride);
                row[..(Left * 3)].Fill(PaddingLevel);
                row[((Left + ResizedWidth) * 3)..].Fill(PaddingLevel);
            }
        }

        Resampling.ResizeTo(picture, ResizedWidth, ResizedHeight, filter, bytes[(Top * stride + Left * 3)..], stride);
    }

    /// <summary>Fits a picture into a network's input.</summary>
    /// <param name="picture">A picture of the source size.</param>
    /// <param name="destination">Receives (3, height, width) floats, level/255: all of red, then green, then blue; at least
    /// <see cref="Length"/>.</param>
    /// <param name="filter">How it is resized.</param>
    public void ApplyTo(Picture picture, Span<float> destination, ResizeFilter filter = ResizeFilter.Bilinear)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Length);
        ApplyTo(picture, bytes, filter);
        PlanarPixels.FromInterleaved(bytes.AsSpan(0, Length), destination[..Length]);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>A box of the fitted picture, in the source picture's pixels; not clipped.</summary>
    public Box ToOriginal(Box box) => new(
        (box.Left - Left) / ScaleX, (box.Top - Top) / ScaleY, (box.Right - Left) / ScaleX, (box.Bottom - Top) / ScaleY);

    /// <summary>A box of the source picture, in the fitted picture's pixels.</summary>
    public Box ToLetterboxed(Box box) => box.ScaleAndMove(ScaleX, ScaleY, Left, Top);

    private static (int Width, int Height) Resized(int width, int height, int targetWidth, int targetHeight, bool enlarge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetHeight, 1);
        var scale = Math.Min((double)targetHeight / height, (double)targetWidth / width);
        if (!enlarge) scale = Math.Min(scale, 1);

        // A very long, thin picture keeps at least one pixel across.
        return (Math.Max((int)Math.Round(width * scale), 1), Math.Max((int)Math.Round(height * scale), 1));
    }

    private static Letterbox Padded(int width, int height, int resizedWidth, int resizedHeight, int paddedWidth, int paddedHeight) =>
        new(width, height, resizedWidth, resizedHeight, (paddedWidth - resizedWidth) / 2, (paddedHeight - resizedHeight) / 2,
            paddedWidth, paddedHeight);
}
