using Espalier.Datasets;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary><c>labels.png</c>: how often each class occurs, how many objects a picture has, where boxes are and how large.</summary>
internal static class LabelsPlot
{
    private const float Width = 1100;
    private const float Height = 900;
    private const float Margin = 24;
    private const int Bins = 64;

    /// <summary>Draws the labels of a data set.</summary>
    public static Sheet Draw(DetectionDataset dataset)
    {
        var sheet = new Sheet(Width, Height);
        var statistics = DatasetStatistics.Of(dataset);
        DrawClasses(sheet, Cell(0, 0), dataset.ClassNames, statistics);
        DrawObjectsAPicture(sheet, Cell(1, 0), dataset, statistics);
        DrawDensity(sheet, Cell(0, 1), dataset, "Box centres", ("x, as a share of the picture's width", "y, as a share of its height"),
            downwards: true, (entry, box) => (box.CenterX / entry.Width, box.CenterY / entry.Height));
        DrawDensity(sheet, Cell(1, 1), dataset, "Box sizes", ("width, as a share of the picture's width",
            "height, as a share of its height"), downwards: false, (entry, box) => (box.Width / entry.Width, box.Height / entry.Height));
        return sheet;
    }

    private static SKRect Cell(int column, int row)
    {
        var (width, top) = ((Width - Margin) / 2, row == 0 ? Margin : 380);
        return SKRect.Create(Margin + column * width, top, width - Margin, row == 0 ? 330 : Height - Margin - 380);
    }

    private static void DrawClasses(Sheet sheet, SKRect area, IReadOnlyList<string> names, DatasetStatistics statistics)
    {
        var title = Invariant($"{statistics.Objects:N0} objects of {names.Count} {(names.Count == 1 ? "class" : "classes")}");
        Bars.Draw(sheet, area, title, "class", names, statistics.ObjectsPerClass, Ink.OfClass);
    }

    private static void DrawObjectsAPicture(Sheet sheet, SKRect area, DetectionDataset dataset, DatasetStatistics statistics)
    {
        const int Most = 12;
        var counts = new int[Math.Min(dataset.Entries.Max(entry => entry.Labels.Count), Most) + 1];
        foreach (var entry in dataset.Entries) counts[Math.Min(entry.Labels.Count, Most)]++;
        var names = Enumerable.Range(0, counts.Length).Select(count => Invariant($"{count}{(count == Most ? "+" : string.Empty)}"))
            .ToArray();
        Bars.Draw(sheet, area, Invariant($"{statistics.Photos:N0} pictures by their number of objects"), "objects on the picture",
            names, counts, _ => Ink.First);
    }

    private static void DrawDensity(Sheet sheet, SKRect area, DetectionDataset dataset, string title, (string Across, string Up) axes,
        bool downwards, Func<DatasetEntry, Box, (float X, float Y)> place)
    {
        var counts = new int[Bins, Bins];
        foreach (var entry in dataset.Entries)
        {
            foreach (var label in entry.Labels)
            {
                var (x, y) = place(entry, label.Box);
                counts[Bin(x), Bin(y)]++;
            }
        }

        HeatMap.Draw(sheet, area, new Chart { Title = title, Across = axes.Across, Up = axes.Up, Square = true, Downwards = downwards },
            counts);
    }

    private static int Bin(float share) => Math.Clamp((int)(share * Bins), 0, Bins - 1);
}
