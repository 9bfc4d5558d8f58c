namespace Espalier.Datasets.Statistics;

/// <summary>What a split consists of, in numbers. Boxes are measured in pixels of their photos.</summary>
internal sealed class SplitStatistics
{
    // A grid of this many columns and rows over the photo.
    private const int GridSide = 5;

    private SplitStatistics(string split, DetectionDataset dataset)
    {
        var boxes = dataset.Entries.SelectMany(entry => entry.Labels.Select(label => (Entry: entry, label.Box))).ToList();
        Split = split;
        Totals = DatasetStatistics.Of(dataset);
        ClassNames = dataset.ClassNames;
        ObjectsPerPhoto = Histogram.Of(dataset.Entries.Select(entry => (double)entry.Labels.Count), 0, 1, 2, 3, 4, 5, 6, 7);
        BoxHeights = Histogram.Of(boxes.Select(item => (double)item.Box.Height), 0, 8, 16, 24, 32, 48, 64, 96, 128);
        // A box may be so flat that in pixels nothing of it is left.
        double[] aspects = [.. boxes.Where(item => item.Box.Height > 0).Select(item => (double)item.Box.Width / item.Box.Height)];
        Aspects = Histogram.Of(aspects, 0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.25, 2);
        BoxWidth = Quantiles.Of(boxes.Select(item => (double)item.Box.Width));
        BoxHeight = Quantiles.Of(boxes.Select(item => (double)item.Box.Height));
        Aspect = Quantiles.Of(aspects);
        HeightShare = Quantiles.Of(boxes.Select(item => (double)item.Box.Height / item.Entry.Height));
        PhotoWidth = Quantiles.Of(dataset.Entries.Select(entry => (double)entry.Width));
        PhotoHeight = Quantiles.Of(dataset.Entries.Select(entry => (double)entry.Height));
        var cells = new int[GridSide][];
        for (var row = 0; row < GridSide; row++) cells[row] = new int[GridSide];
        foreach (var (entry, box) in boxes) cells[Cell(box.CenterY / entry.Height)][Cell(box.CenterX / entry.Width)]++;
        Positions = cells;
    }

    /// <summary>The split's name.</summary>
    public string Split { get; }

    /// <summary>Photos, backgrounds, objects, objects by class.</summary>
    public DatasetStatistics Totals { get; }

    /// <summary>The names of classes 0, 1, ….</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Photos by how many objects they have: 0, 1, … 7 and more.</summary>
    public Histogram ObjectsPerPhoto { get; }

    /// <summary>Boxes by height in pixels.</summary>
    public Histogram BoxHeights { get; }

    /// <summary>Boxes by width over height.</summary>
    public Histogram Aspects { get; }

    /// <summary>Pixels; null where there are no boxes.</summary>
    public Quantiles? BoxWidth { get; }

    /// <summary>Pixels; null where there are no boxes.</summary>
    public Quantiles? BoxHeight { get; }

    /// <summary>Width over height; null where there are no boxes.</summary>
    public Quantiles? Aspect { get; }

    /// <summary>A box's height as a share of its photo's; null where there are no boxes.</summary>
    public Quantiles? HeightShare { get; }

    /// <summary>Pixels.</summary>
    public Quantiles? PhotoWidth { get; }

    /// <summary>Pixels.</summary>
    public Quantiles? PhotoHeight { get; }

    /// <summary>(5, 5) boxes by where their centres lie in their photos, rows from the top, columns from the left.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Positions { get; }

    /// <summary>Measures a split.</summary>
    public static SplitStatistics Of(string split, DetectionDataset dataset) => new(split, dataset);

    private static int Cell(float share) => Math.Clamp((int)(share * GridSide), 0, GridSide - 1);
}
