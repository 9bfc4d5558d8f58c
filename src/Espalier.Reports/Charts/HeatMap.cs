using System.Globalization;
using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Charts;

/// <summary>How often pairs of shares occur, as shades; and a scale beside it that says what they mean.</summary>
internal static class HeatMap
{
    private const float ScaleWidth = 12;
    private const float ScaleRoom = 70;

    /// <summary>Draws counts over the unit square.</summary>
    /// <param name="sheet">Where.</param>
    /// <param name="area">Of the whole chart.</param>
    /// <param name="chart">Its texts; ranges from 0 to 1.</param>
    /// <param name="counts">By column and row; row 0 is at the vertical axis' value 0.</param>
    public static void Draw(Sheet sheet, SKRect area, Chart chart, int[,] counts)
    {
        var plot = ChartFrame.Draw(sheet, area with { Right = area.Right - ScaleRoom }, chart);
        var (columns, rows) = (counts.GetLength(0), counts.GetLength(1));
        var largest = Math.Max(counts.Cast<int>().Max(), 1);
        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < rows; row++)
            {
                if (counts[column, row] == 0) continue;
                var (x0, x1) = (plot.Across((double)column / columns), plot.Across((column + 1.0) / columns));
                var (y0, y1) = (plot.Up((double)row / rows), plot.Up((row + 1.0) / rows));

                // A square root lets the few be seen beside the many; the least is no paper.
                var shade = 0.06 + 0.94 * Math.Sqrt((double)counts[column, row] / largest);
                sheet.Fill(new SKRect(x0, Math.Min(y0, y1), x1, Math.Max(y0, y1)), Ink.Ramp(shade));
            }
        }

        DrawScale(sheet, plot, largest);
    }

    private static void DrawScale(Sheet sheet, PlotArea plot, int largest)
    {
        var bar = SKRect.Create(plot.Inner.Right + 18, plot.Inner.Top, ScaleWidth, plot.Inner.Height);
        const int Steps = 64;
        for (var i = 0; i < Steps; i++)
        {
            sheet.Fill(SKRect.Create(bar.Left, bar.Bottom - (i + 1) * bar.Height / Steps, bar.Width, bar.Height / Steps + 0.5f),
                Ink.Ramp(0.06 + 0.94 * i / (Steps - 1)));
        }

        Span<int> marks = [1, largest / 4, largest];
        foreach (var count in marks.ToArray().Distinct().Where(count => count > 0))
        {
            var y = bar.Bottom - (float)Math.Sqrt((double)count / largest) * bar.Height;
            if (count != largest && y - bar.Top < 14) continue;
            sheet.Write(count.ToString("N0", CultureInfo.InvariantCulture), bar.Right + 6, Math.Min(y, bar.Bottom - 4),
                new TextStyle(ChartFrame.TickSize, Ink.Quiet));
        }
    }
}
