using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Training.Losses;
using Espalier.Training.Runs;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary><c>results.png</c>: losses of training and validation, precision,
/// recall and both mean average precisions, epoch by epoch.</summary>
internal static class ResultsPlot
{
    private const float Width = 1200;
    private const float Height = 620;
    private const float Margin = 24;
    private const int Columns = 4;

    /// <summary>Draws a history of at least one epoch.</summary>
    public static Sheet Draw(IReadOnlyList<EpochRecord> history)
    {
        var sheet = new Sheet(Width, Height);
        DrawSummary(sheet, Cell(3, 0), history);
        DrawLoss(sheet, Cell(0, 0), history, "Box loss", loss => loss.Box);
        DrawLoss(sheet, Cell(1, 0), history, "Objectness loss", loss => loss.Objectness);
        DrawLoss(sheet, Cell(2, 0), history, "Class loss", loss => loss.Class);
        DrawMetric(sheet, Cell(0, 1), history, "Precision", epoch => epoch.Precision);
        DrawMetric(sheet, Cell(1, 1), history, "Recall", epoch => epoch.Recall);
        DrawMetric(sheet, Cell(2, 1), history, "mAP at IoU 0.5", epoch => epoch.MeanAveragePrecision50);
        DrawMetric(sheet, Cell(3, 1), history, "mAP at IoU 0.5–0.95", epoch => epoch.MeanAveragePrecision);
        return sheet;
    }

    private static SKRect Cell(int column, int row)
    {
        var (width, height) = ((Width - Margin) / Columns, (Height - Margin) / 2);
        return SKRect.Create(Margin + column * width, Margin + row * height, width - Margin, height - Margin);
    }

    private static void DrawLoss(Sheet sheet, SKRect area, IReadOnlyList<EpochRecord> history, string title, Func<LossValues, double> part)
    {
        double[] training = [.. history.Select(epoch => part(epoch.TrainingLoss))];
        double[] validation = [.. history.Select(epoch => part(epoch.ValidationLoss))];
        var highest = training.Concat(validation).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        var plot = Frame(sheet, area, history, title, AxisTicks.RoundUp(highest));
        Line(history, training, Ink.First).Draw(sheet, plot);
        (Line(history, validation, Ink.Second) with { Dashed = true }).Draw(sheet, plot);
    }

    private static void DrawMetric(Sheet sheet, SKRect area, IReadOnlyList<EpochRecord> history, string title,
        Func<EpochRecord, double> value)
    {
        var plot = Frame(sheet, area, history, title, 1);
        Line(history, [.. history.Select(value)], Ink.Second).Draw(sheet, plot);
    }

    private static PlotArea Frame(Sheet sheet, SKRect area, IReadOnlyList<EpochRecord> history, string title, double highest)
    {
        var (first, last) = (history[0].Epoch, history[^1].Epoch);
        var plot = ChartFrame.Draw(sheet, area, new Chart
        {
            Title = title,
            Across = "epoch",
            X = first == last ? (first - 0.5, last + 0.5) : (first, last),
            Y = (0, highest),
            WholeX = true,
        });
        var best = plot.Across(EpochRecord.Best(history).Epoch);
        using var dots = SKPathEffect.CreateDash([1.5f, 3.5f], 0);
        using var paint = new SKPaint
        {
            Color = Ink.Quiet,
            StrokeWidth = 1.5f,
            IsAntialias = true,
            PathEffect = dots,
            Style = SKPaintStyle.Stroke,
        };
        sheet.Canvas.DrawLine(best, plot.Inner.Top, best, plot.Inner.Bottom, paint);
        return plot;
    }

    private static void DrawSummary(Sheet sheet, SKRect area, IReadOnlyList<EpochRecord> history)
    {
        const float Padding = 18;
        sheet.Fill(area, Ink.Card, 8);
        var inner = SKRect.Inflate(area, -Padding, -Padding);
        var best = EpochRecord.Best(history);
        sheet.Write(Invariant($"Best epoch: {best.Epoch}"), inner.Left, inner.Top,
            new TextStyle(17, Ink.Text, Bold: true, Down: Anchor.Start));
        sheet.Write(history.Count == 1 ? "of one epoch" : Invariant($"of {history.Count} epochs, dotted in every chart"),
            inner.Left, inner.Top + 26, new TextStyle(ChartFrame.LabelSize, Ink.Quiet, Down: Anchor.Start));
        (string Name, double Value)[] rows =
        [
            ("precision", best.Precision), ("recall", best.Recall), ("mAP at IoU 0.5", best.MeanAveragePrecision50),
            ("mAP at IoU 0.5–0.95", best.MeanAveragePrecision),
        ];
        var y = inner.Top + 64;
        foreach (var (name, value) in rows)
        {
            sheet.Write(name, inner.Left, y, new TextStyle(13, Ink.Text));
            sheet.Write(Invariant($"{value:0.000}"), inner.Right, y, new TextStyle(13, Ink.Text, Bold: true, Across: Anchor.End));
            y += 24;
        }

        Legend.Draw(sheet, new SKRect(inner.Left, inner.Bottom - 2 * Legend.RowHeight, inner.Right, inner.Bottom),
        [
            new LegendRow(new LineSeries("training", [], [], Ink.First)),
            new LegendRow(new LineSeries("validation", [], [], Ink.Second, Dashed: true)),
        ]);
    }

    private static LineSeries Line(IReadOnlyList<EpochRecord> history, double[] values, SKColor color) =>
        new(string.Empty, [.. history.Select(epoch => (double)epoch.Epoch)], values, color);
}
