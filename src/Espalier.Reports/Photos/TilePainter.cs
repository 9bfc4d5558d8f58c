using Espalier.Reports.Drawing;
using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Photos;

/// <summary>Draws one picture with its boxes into a cell of a sheet.</summary>
internal static class TilePainter
{
    private const float PlateText = 11;
    private const float PlateHeight = 15;
    private const float PlatePadding = 3;
    private const float LineWidth = 2;

    // Plates are placed on a grid of quarter units.
    private const float Grid = 4;

    private static readonly SKColor Ground = new(24, 27, 34);

    /// <summary>Draws a tile's picture as large as it fits, and its boxes.</summary>
    public static void Draw(Sheet sheet, SKRect cell, Tile tile)
    {
        sheet.Fill(cell, Ground);
        var scale = Math.Min(cell.Width / tile.Picture.Width, cell.Height / tile.Picture.Height);
        var (width, height) = (tile.Picture.Width * scale, tile.Picture.Height * scale);
        var area = SKRect.Create(cell.Left + (cell.Width - width) / 2, cell.Top + (cell.Height - height) / 2, width, height);
        DrawPicture(sheet, area, tile.Picture, scale);
        var frames = tile.Boxes.Select(box => Place(box.Box.ClipTo(tile.Picture.Width, tile.Picture.Height), area, scale)).ToArray();
        for (var i = frames.Length - 1; i >= 0; i--) DrawFrame(sheet, frames[i], tile.Boxes[i]);
        DrawPlates(sheet, cell, frames, tile.Boxes);
    }

    private static void DrawPicture(Sheet sheet, SKRect area, Picture picture, float scale)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var rgba = bitmap.GetPixelSpan();
        for (int from = 0, to = 0; from < picture.Pixels.Length; from += 3, to += 4)
        {
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (picture.Pixels[from], picture.Pixels[from + 1],
                picture.Pixels[from + 2], 255);
        }

        using var image = SKImage.FromBitmap(bitmap);
        var sampling = scale >= 1
            ? new SKSamplingOptions(SKFilterMode.Linear) : new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        sheet.Canvas.DrawImage(image, area, sampling);
    }

    private static SKRect Place(Box box, SKRect area, float scale) =>
        new(area.Left + box.Left * scale, area.Top + box.Top * scale, area.Left + box.Right * scale, area.Top + box.Bottom * scale);

    // A dark line beneath keeps the colour visible on any ground.
    private static void DrawFrame(Sheet sheet, SKRect frame, TileBox box)
    {
        using var dashes = box.Dashed ? SKPathEffect.CreateDash([5, 4], 0) : null;
        using var under = new SKPaint
        {
            Color = SKColors.Black.WithAlpha(150),
            StrokeWidth = LineWidth + 1.5f,
            Style = SKPaintStyle.Stroke,
            IsAntialias = true,
        };
        using var line = new SKPaint
        {
            Color = box.Color,
            StrokeWidth = LineWidth,
            Style = SKPaintStyle.Stroke,
            IsAntialias = true,
            PathEffect = dashes,
        };
        sheet.Canvas.DrawRect(frame, under);
        sheet.Canvas.DrawRect(frame, line);
    }

    private static void DrawPlates(Sheet sheet, SKRect cell, SKRect[] frames, IReadOnlyList<TileBox> boxes)
    {
        int[] labelled = [.. Enumerable.Range(0, frames.Length).Where(i => boxes[i].Label.Length > 0)];
        var texts = labelled.Select(i => Sheet.Shorten(boxes[i].Label, PlateText, cell.Width - 4 * PlatePadding, bold: true)).ToArray();
        var plates = LabelPlacement.Place(
            [.. labelled.Select(i => OnGrid(frames[i], cell))],
            [.. texts.Select(text => new PictureSize(
                (int)((Sheet.Measure(text, PlateText, bold: true) + 2 * PlatePadding) * Grid), (int)(PlateHeight * Grid)))],
            (int)(cell.Width * Grid), (int)(cell.Height * Grid));
        for (var i = plates.Length - 1; i >= 0; i--)
        {
            var color = boxes[labelled[i]].Color;
            var plate = SKRect.Create(cell.Left + plates[i].X / Grid, cell.Top + plates[i].Y / Grid, plates[i].Width / Grid,
                plates[i].Height / Grid);
            sheet.Fill(plate, color, 2);
            sheet.Write(texts[i], plate.Left + PlatePadding, plate.MidY, new TextStyle(PlateText, Ink.On(color), Bold: true));
        }
    }

    private static PixelRectangle OnGrid(SKRect frame, SKRect cell)
    {
        // The plate hangs on the line's outer edge.
        var outer = SKRect.Inflate(frame, LineWidth / 2, LineWidth / 2);
        return new(
            (int)((outer.Left - cell.Left) * Grid), (int)((outer.Top - cell.Top) * Grid),
            Math.Max((int)(outer.Width * Grid), 1), Math.Max((int)(outer.Height * Grid), 1));
    }
}
