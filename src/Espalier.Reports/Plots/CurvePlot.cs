using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary>The four curves of a report at IoU .5, a line a class and one for their mean.</summary>
internal static class CurvePlot
{
    private const float Width = 900;
    private const float Height = 600;
    private const float Margin = 24;
    private const float LegendWidth = 210;
    private const int MostNamed = 24;

    // A curve of 1,000 points is more than 900 units can show.
    private const int Every = 3;

    private static readonly double[] Axis = [.. Points().Select(ClassCurves.Axis)];

    /// <summary><c>PR_curve.png</c>: precision against recall.</summary>
    public static Sheet PrecisionRecall(DetectionReport report, IReadOnlyList<string> names) => Draw(
        report, names, new Chart { Title = "Precision against recall, at IoU 0.5", Across = "recall", Up = "precision" }, "AP",
        curves => curves.PrecisionAtRecall, metrics => metrics.AveragePrecision50, Invariant($"{report.MeanAveragePrecision50:0.000}"));

    /// <summary><c>F1_curve.png</c>: F1 against confidence.</summary>
    public static Sheet F1(DetectionReport report, IReadOnlyList<string> names) =>
        AgainstConfidence(report, names, "F1", "F1", curves => curves.F1, metrics => metrics.F1, report.F1);

    /// <summary><c>P_curve.png</c>: precision against confidence.</summary>
    public static Sheet Precision(DetectionReport report, IReadOnlyList<string> names) => AgainstConfidence(report, names,
        "Precision", "precision", curves => curves.Precision, metrics => metrics.Precision, report.Precision);

    /// <summary><c>R_curve.png</c>: recall against confidence.</summary>
    public static Sheet Recall(DetectionReport report, IReadOnlyList<string> names) =>
        AgainstConfidence(report, names, "Recall", "recall", curves => curves.Recall, metrics => metrics.Recall, report.Recall);

    private static Sheet AgainstConfidence(DetectionReport report, IReadOnlyList<string> names, string title, string axis,
        Func<ClassCurves, double[]> choose, Func<ClassMetrics, double> value, double mean)
    {
        var sheet = Draw(
            report, names, new Chart { Title = $"{title} against confidence, at IoU 0.5", Across = "confidence", Up = axis },
            Invariant($"at {report.BestConfidence:0.000}"), choose, value, Invariant($"{mean:0.000}"), report.BestConfidence);
        return sheet;
    }

    private static Sheet Draw(
        DetectionReport report, IReadOnlyList<string> names, Chart chart, string column, Func<ClassCurves, double[]> choose,
        Func<ClassMetrics, double> value, string mean,
        double? marked = null)
    {
        var sheet = new Sheet(Width, Height);
        var plot = ChartFrame.Draw(sheet, new SKRect(Margin, Margin, Width - Margin - LegendWidth, Height - Margin), chart);
        if (marked is { } confidence) DrawBestConfidence(sheet, plot, confidence);
        var manyClasses = report.PerClass.Count > MostNamed;
        var rows = new List<LegendRow>();
        foreach (var metrics in report.PerClass)
        {
            var color = manyClasses ? Ink.Axis.WithAlpha(140) : Ink.OfClass(metrics.Class);
            var line = new LineSeries(ClassNames.Of(metrics.Class, names), Axis, Thin(choose(metrics.Curves)), color, manyClasses
                ? 1 : 1.5f, Dashed: !manyClasses && metrics.Class >= 10);
            line.Draw(sheet, plot);
            if (!manyClasses) rows.Add(new LegendRow(line, Invariant($"{value(metrics):0.000}")));
        }

        var all = new LineSeries("all classes", Axis, Thin(choose(report.MeanCurves)), Ink.Text, 3);
        all.Draw(sheet, plot);
        rows.Insert(0, new LegendRow(all, mean, Bold: true));
        if (manyClasses)
            rows.Add(new LegendRow(new LineSeries(Invariant($"each of {report.PerClass.Count} classes"), [], [], Ink.Axis, 1)));
        DrawLegend(sheet, plot, column, rows);
        return sheet;
    }

    private static void DrawBestConfidence(Sheet sheet, PlotArea plot, double confidence)
    {
        using var dots = SKPathEffect.CreateDash([1.5f, 3.5f], 0);
        using var paint = new SKPaint
        {
            Color = Ink.Quiet,
            StrokeWidth = 1.5f,
            IsAntialias = true,
            PathEffect = dots,
            Style = SKPaintStyle.Stroke,
        };
        var x = plot.Across(confidence);
        sheet.Canvas.DrawLine(x, plot.Inner.Top, x, plot.Inner.Bottom, paint);
    }

    private static void DrawLegend(Sheet sheet, PlotArea plot, string column, List<LegendRow> rows)
    {
        var area = new SKRect(Width - LegendWidth, plot.Inner.Top, Width - Margin, plot.Inner.Bottom);
        sheet.Write(column, area.Right, area.Top, new TextStyle(ChartFrame.TickSize, Ink.Quiet, Across: Anchor.End, Down: Anchor.Start));
        Legend.Draw(sheet, area with { Top = area.Top + Legend.RowHeight }, rows);
    }

    private static IEnumerable<int> Points() =>
        Enumerable.Range(0, ClassCurves.PointCount).Where(point => point % Every == 0 || point == ClassCurves.PointCount - 1);

    private static double[] Thin(double[] curve) => [.. Points().Select(point => curve[point])];
}
