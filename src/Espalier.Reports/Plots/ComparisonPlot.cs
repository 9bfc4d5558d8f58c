using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Training.Runs;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary>Several trainings beside each other: three losses, precision, recall and mAP50, a line a training.</summary>
internal static class ComparisonPlot
{
    private const float Width = 1200;
    private const float Height = 660;
    private const float Margin = 24;
    private const float LegendHeight = 28;
    private const int Columns = 3;

    /// <summary>Draws trainings of at least one epoch each.</summary>
    public static Sheet Draw(IReadOnlyList<(string Name, IReadOnlyList<EpochRecord> History)> models)
    {
        var sheet = new Sheet(Width, Height);
        (string Title, Func<EpochRecord, double> Value, bool IsLoss)[] charts =
        [
            ("Box loss, training", epoch => epoch.TrainingLoss.Box, true),
            ("Objectness loss, training", epoch => epoch.TrainingLoss.Objectness, true),
            ("Class loss, training", epoch => epoch.TrainingLoss.Class, true),
            ("Precision", epoch => epoch.Precision, false),
            ("Recall", epoch => epoch.Recall, false),
            ("mAP at IoU 0.5", epoch => epoch.MeanAveragePrecision50, false),
        ];
        var last = Math.Max(models.Max(model => model.History.Count) - 1, 1);
        foreach (var (index, (title, value, isLoss)) in charts.Index())
        {
            var highest = isLoss ? AxisTicks.RoundUp(models.SelectMany(model => model.History).Select(value).Where(double.IsFinite)
                .DefaultIfEmpty(1).Max()) : 1;
            var plot = ChartFrame.Draw(sheet, Cell(index),
                new Chart { Title = title, Across = "epoch", X = (0, last), Y = (0, highest), WholeX = true });
            foreach (var (color, (_, history)) in models.Index()) Line(color, "", history, value).Draw(sheet, plot);
        }

        DrawLegend(sheet, models);
        return sheet;
    }

    private static SKRect Cell(int index)
    {
        var (width, height) = ((Width - Margin) / Columns, (Height - Margin - LegendHeight) / 2);
        return SKRect.Create(Margin + index % Columns * width, Margin + LegendHeight + index / Columns * height,
            width - Margin, height - Margin);
    }

    private static void DrawLegend(Sheet sheet, IReadOnlyList<(string Name, IReadOnlyList<EpochRecord> History)> models)
    {
        var x = Margin;
        foreach (var (color, (name, _)) in models.Index())
        {
            var width = Sheet.Measure(name, ChartFrame.LabelSize) + 60;
            Legend.Draw(sheet, SKRect.Create(x, Margin - 8, width, Legend.RowHeight),
                [new LegendRow(new LineSeries(name, [], [], SeriesInk.Of(color)))]);
            x += width;
        }
    }

    private static LineSeries Line(int color, string name, IReadOnlyList<EpochRecord> history, Func<EpochRecord, double> value) =>
        new(name, [.. history.Select(epoch => (double)epoch.Epoch)], [.. history.Select(value)], SeriesInk.Of(color));
}
