using SkiaSharp;

namespace Espalier.Reports.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Xs">Ascending.</param>
/// <param name="Ys">As many; where one is no number the line is broken.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Width">Its thickness.</param>
/// <param name="Dashed">Whether it is broken into dashes.</param>
internal sealed record LineSeries(string Name, IReadOnlyList<double> Xs, IReadOnlyList<double> Ys, SKColor Color,
    float Width = 2, bool Dashed = false)
{
    private const int MostMarked = 12;

    /// <summary>Draws the line; few points are marked each, so that a single one can be seen.</summary>
    public void Draw(Drawing.Sheet sheet, PlotArea plot)
    {
        sheet.Canvas.Save();
        sheet.Canvas.ClipRect(SKRect.Inflate(plot.Inner, 4, 4));
        using var dashes = Dashed ? SKPathEffect.CreateDash([6, 4], 0) : null;
        using var paint = new SKPaint
        {
            Color = Color,
            StrokeWidth = Width,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeJoin = SKStrokeJoin.Round,
            StrokeCap = SKStrokeCap.Round,
            PathEffect = dashes,
        };
        using var path = new SKPath();
        var open = false;
        for (var i = 0; i < Xs.Count; i++)
        {
            if (!double.IsFinite(Ys[i]))
            {
                open = false;
                continue;
            }

            var point = new SKPoint(plot.Across(Xs[i]), plot.Up(Ys[i]));
            if (open) path.LineTo(point);
            else path.MoveTo(point);
            open = true;
        }

        sheet.Canvas.DrawPath(path, paint);
        if (Xs.Count <= MostMarked) Mark(sheet, plot);
        sheet.Canvas.Restore();
    }

    private void Mark(Drawing.Sheet sheet, PlotArea plot)
    {
        using var dot = new SKPaint { Color = Color, IsAntialias = true };
        for (var i = 0; i < Xs.Count; i++)
        {
            if (double.IsFinite(Ys[i])) sheet.Canvas.DrawCircle(plot.Across(Xs[i]), plot.Up(Ys[i]), Width * 1.3f, dot);
        }
    }
}
