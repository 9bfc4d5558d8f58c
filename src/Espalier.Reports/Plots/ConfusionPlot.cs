using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary>
/// <c>confusion_matrix.png</c>: what is there (columns) against what was found (rows), with background last in both: once as shares of
/// each column and once as counts.
/// </summary>
internal static class ConfusionPlot
{
    private const float Margin = 24;
    private const float Side = 560;
    private const float NameWidth = 80;
    private const float SmallestText = 9;
    private const float LargestText = 13;

    /// <summary>Draws a matrix.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="names">The names of classes 0, 1, ….</param>
    public static Sheet Draw(ConfusionMatrix matrix, IReadOnlyList<string> names)
    {
        var sheet = new Sheet(2 * (Side + NameWidth) + 4 * Margin, Side + NameWidth + 104);
        var columns = Enumerable.Range(0, matrix.ClassCount + 1)
            .Select(actual => Enumerable.Range(0, matrix.ClassCount + 1).Sum(predicted => matrix[predicted, actual])).ToArray();
        var largest = Enumerable.Range(0, matrix.ClassCount + 1)
            .SelectMany(predicted => Enumerable.Range(0, matrix.ClassCount + 1).Select(actual => matrix[predicted, actual])).Max();
        string[] labels = [.. Enumerable.Range(0, matrix.ClassCount).Select(index => ClassNames.Of(index, names)), "background"];
        DrawPanel(sheet, GridAt(0), "Share of each true class (columns add up to 1)", labels, (predicted, actual) =>
        {
            var share = columns[actual] == 0 ? 0 : (double)matrix[predicted, actual] / columns[actual];
            return (share, matrix[predicted, actual] == 0 ? string.Empty : share < 0.005 ? "<.01" : Invariant($"{share:0.00}"));
        });
        DrawPanel(sheet, GridAt(1), "Counts", labels, (predicted, actual) =>
        {
            var count = matrix[predicted, actual];

            // A square root, so that rare mistakes can be seen beside the many that are right.
            return (largest == 0 ? 0 : Math.Sqrt((double)count / largest), count == 0 ? string.Empty : Count(count));
        });
        sheet.Write(
            Invariant($"Detections above confidence {ConfusionMatrix.Confidence:0.00}, matched at IoU {ConfusionMatrix.IoU:0.00}. Bottom ")
                + "row: missed. Last column: found where nothing is.",
            Margin, sheet.Height - Margin, new TextStyle(ChartFrame.LabelSize, Ink.Quiet, Down: Anchor.End));
        return sheet;
    }

    /// <summary>The square of a panel's cells.</summary>
    internal static SKRect GridAt(int panel) =>
        SKRect.Create(Margin + NameWidth + panel * (Side + NameWidth + 2 * Margin), Margin + 26, Side, Side);

    private static void DrawPanel(Sheet sheet, SKRect grid, string title, string[] labels, Func<int, int, (double Shade, string Text)> cell)
    {
        sheet.Write(title, grid.Left, Margin, new TextStyle(ChartFrame.TitleSize, Ink.Text, Bold: true, Down: Anchor.Start));
        var size = Side / labels.Length;
        var textSize = Math.Clamp(size * 0.3f, SmallestText, LargestText);
        for (var predicted = 0; predicted < labels.Length; predicted++)
        {
            for (var actual = 0; actual < labels.Length; actual++)
            {
                var (shade, text) = cell(predicted, actual);
                var color = Ink.Ramp(shade);
                var area = SKRect.Create(grid.Left + actual * size, grid.Top + predicted * size, size, size);
                sheet.Fill(area, color);
                if (Sheet.Measure(text, textSize) < size - 3)
                    sheet.Write(text, area.MidX, area.MidY, new TextStyle(textSize, Ink.On(color), Across: Anchor.Middle));
            }
        }

        DrawGrid(sheet, grid, labels.Length);
        DrawNames(sheet, grid, labels);
    }

    private static void DrawGrid(Sheet sheet, SKRect grid, int count)
    {
        var size = Side / count;
        for (var i = 0; i <= count; i++)
        {
            // Background is set apart.
            var (color, width) = i == count - 1 ? (Ink.Axis, 2f) : (Ink.Grid, count > 40 ? 0.5f : 1);
            sheet.Line(grid.Left + i * size, grid.Top, grid.Left + i * size, grid.Bottom, color, width);
            sheet.Line(grid.Left, grid.Top + i * size, grid.Right, grid.Top + i * size, color, width);
        }
    }

    private static void DrawNames(Sheet sheet, SKRect grid, string[] labels)
    {
        var size = Side / labels.Length;
        var every = (int)Math.Max(Math.Ceiling((ChartFrame.TickSize + 3) / size), 1);
        var upwards = labels.Take(labels.Length - 1).Any(label => Sheet.Measure(label, ChartFrame.TickSize) > size - 4);
        for (var i = 0; i < labels.Length; i++)
        {
            // The last one is background, which must not be missing; its neighbours make room where only some are named.
            var isLast = i == labels.Length - 1;
            if (!isLast && (i % every != 0 || (every > 1 && labels.Length - 1 - i < every))) continue;
            var label = Sheet.Shorten(labels[i], ChartFrame.TickSize, NameWidth - 12);
            var middle = (i + 0.5f) * size;
            sheet.Write(label, grid.Left - 6, grid.Top + middle, new TextStyle(ChartFrame.TickSize, Ink.Text, Across: Anchor.End));
            var below = new TextStyle(ChartFrame.TickSize, Ink.Text, Across: upwards ? Anchor.End : Anchor.Middle, Down: upwards
                ? Anchor.Middle : Anchor.Start, Upwards: upwards);
            if (isLast && !upwards && Sheet.Measure(label, ChartFrame.TickSize) > size) below = below with { Across = Anchor.End };
            sheet.Write(label, isLast && below.Across == Anchor.End && !upwards ? grid.Right : grid.Left + middle, grid.Bottom + 6, below);
        }

        sheet.Write("true class", grid.MidX, grid.Bottom + (upwards ? NameWidth : 36),
            new TextStyle(ChartFrame.LabelSize, Ink.Text, Bold: true, Across: Anchor.Middle, Down: Anchor.Middle));
        sheet.Write("predicted class", grid.Left - NameWidth - 4, grid.MidY,
            new TextStyle(ChartFrame.LabelSize, Ink.Text, Bold: true, Across: Anchor.Middle, Upwards: true));
    }

    private static string Count(int count) => count >= 10_000 ? Invariant($"{count / 1000.0:0.#}k") : Invariant($"{count}");
}
