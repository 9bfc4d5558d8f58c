using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Drawing;

/// <summary>A page to draw on, in units of which a PNG has one pixel or more each; remembers where its texts stand.</summary>
internal sealed class Sheet : IDisposable
{
    private const float Descent = 0.2f;

    private readonly float _pixelsAUnit;
    private readonly SKBitmap _bitmap;
    private readonly List<PlacedText> _texts = [];

    /// <summary>An empty sheet.</summary>
    /// <param name="width">Units.</param>
    /// <param name="height">Units.</param>
    /// <param name="pixelsAUnit">Pixels a unit; two keep lines and letters sharp on any screen.</param>
    public Sheet(float width, float height, float pixelsAUnit = 2)
    {
        (Width, Height, _pixelsAUnit) = (width, height, pixelsAUnit);
        _bitmap = new SKBitmap((int)MathF.Ceiling(width * pixelsAUnit), (int)MathF.Ceiling(height * pixelsAUnit),
            SKColorType.Rgba8888, SKAlphaType.Opaque);
        Canvas = new SKCanvas(_bitmap);
        Canvas.Clear(Ink.Paper);
        Canvas.Scale(pixelsAUnit);
    }

    public float Width { get; }

    public float Height { get; }

    /// <summary>For what the methods here do not draw; in units.</summary>
    public SKCanvas Canvas { get; }

    /// <summary>Every text so far.</summary>
    public IReadOnlyList<PlacedText> Texts => _texts;

    /// <summary>The length of a text.</summary>
    public static float Measure(string text, float size, bool bold = false)
    {
        using var font = ReportFonts.Of(size, bold);
        return font.MeasureText(text);
    }

    /// <summary>The text, or its longest beginning that fits with an ellipsis.</summary>
    public static string Shorten(string text, float size, float width, bool bold = false)
    {
        using var font = ReportFonts.Of(size, bold);
        if (font.MeasureText(text) <= width) return text;
        for (var length = text.Length - 1; length > 0; length--)
        {
            var shortened = string.Concat(text.AsSpan(0, length).TrimEnd(), "…");
            if (font.MeasureText(shortened) <= width) return shortened;
        }

        return string.Empty;
    }

    /// <summary>Writes one line.</summary>
    public void Write(string text, float x, float y, TextStyle style)
    {
        if (text.Length == 0) return;
        using var font = ReportFonts.Of(style.Size, style.Bold);
        using var paint = new SKPaint { Color = style.Color, IsAntialias = true };
        var (length, capital) = (font.MeasureText(text), font.Metrics.CapHeight);
        var along = style.Across switch { Anchor.Start => 0, Anchor.Middle => -length / 2, _ => -length };
        var baseline = style.Down switch { Anchor.Start => capital, Anchor.Middle => capital / 2, _ => 0 };
        Canvas.Save();
        Canvas.Translate(x, y);
        if (style.Upwards) Canvas.RotateDegrees(-90);
        Canvas.DrawText(text, along, baseline, font, paint);
        Canvas.Restore();

        var area = new SKRect(along, baseline - capital, along + length, baseline + Descent * style.Size);
        if (style.Upwards) area = new SKRect(area.Top, -area.Right, area.Bottom, -area.Left);
        area.Offset(x, y);
        _texts.Add(new PlacedText(text, area));
    }

    /// <summary>Fills a rectangle.</summary>
    public void Fill(SKRect area, SKColor color, float radius = 0)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = radius > 0 };
        Canvas.DrawRoundRect(area, radius, radius, paint);
    }

    /// <summary>Draws a line.</summary>
    public void Line(float x0, float y0, float x1, float y1, SKColor color, float width = 1)
    {
        using var paint = new SKPaint { Color = color, StrokeWidth = width, IsAntialias = true };
        Canvas.DrawLine(x0, y0, x1, y1, paint);
    }

    /// <summary>The colour of a pixel at a place in units.</summary>
    public SKColor ColorAt(float x, float y) => _bitmap.GetPixel((int)(x * _pixelsAUnit), (int)(y * _pixelsAUnit));

    /// <summary>The sheet's pixels.</summary>
    public Picture ToPicture()
    {
        Canvas.Flush();
        var picture = new Picture(_bitmap.Width, _bitmap.Height);
        var rgba = _bitmap.GetPixelSpan();
        for (int from = 0, to = 0; to < picture.Pixels.Length; from += 4, to += 3)
        {
            (picture.Pixels[to], picture.Pixels[to + 1], picture.Pixels[to + 2]) = (rgba[from], rgba[from + 1], rgba[from + 2]);
        }

        return picture;
    }

    /// <summary>The sheet as PNG.</summary>
    public byte[] ToPng()
    {
        Canvas.Flush();
        using var pixmap = _bitmap.PeekPixels();

        // Level 4 is several times as fast as the standard and hardly larger.
        using var data = pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 4));
        return data!.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Canvas.Dispose();
        _bitmap.Dispose();
    }
}
