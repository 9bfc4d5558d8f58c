using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Datasets.Views;

/// <summary>
/// A contact sheet of a split's photos with their labels drawn in. Each photo is fitted into its cell first and drawn on at the size at
/// which it is seen, with a margin around it where labels find room beside what they name.
/// </summary>
internal static class DatasetView
{
    private const int Dot = 2;
    private const int SideMargin = 8;
    private const int Margin = 24;
    private static readonly Rgb Ground = new(22, 23, 26);

    /// <summary>The photos that a sheet shows, in a random order that depends on the seed alone.</summary>
    public static IReadOnlyList<DatasetEntry> Choose(DetectionDataset dataset, DatasetViewOptions options)
    {
        options.Validate();
        var entries = dataset.Entries.ToArray();
        var state = SplitMix64.Mix((ulong)options.Seed + SplitMix64.Gamma);
        var count = Math.Min(options.Count, entries.Length);
        for (var i = 0; i < count; i++)
        {
            var other = i + (int)(SplitMix64.Next(ref state) % (ulong)(entries.Length - i));
            (entries[i], entries[other]) = (entries[other], entries[i]);
        }

        return entries[..count];
    }

    /// <summary>Draws the sheet.</summary>
    /// <param name="dataset">The split.</param>
    /// <param name="options">Which photos and how large; the defaults where null.</param>
    /// <exception cref="EspalierException">A photo cannot be read, or the sheet would be too large.</exception>
    public static Picture Compose(DetectionDataset dataset, DatasetViewOptions? options = null)
    {
        options ??= new DatasetViewOptions();
        var entries = Choose(dataset, options);

        // Cells are shaped like the middle photo, so that most fill theirs.
        var aspects = entries.Select(entry => (double)entry.Width / entry.Height).Order().ToList();
        var height = Math.Clamp((int)Math.Round((options.CellWidth - 2 * SideMargin) / aspects[aspects.Count / 2]) + 2 * Margin,
            options.CellWidth / 3, 2 * options.CellWidth);
        height = Math.Clamp(height, 3 * Margin, 4096);
        var cells = entries.Select(entry => Cell(entry, dataset.ClassNames, options.CellWidth, height)).ToList();
        return ContactSheet.Compose(cells,
            new ContactSheetOptions { Columns = options.Columns, CellWidth = options.CellWidth, CellHeight = height });
    }

    private static ContactSheetCell Cell(DatasetEntry entry, IReadOnlyList<string> classNames, int width, int height)
    {
        var photo = PictureReader.Read(entry.Path);
        var fit = Letterbox.Into(photo.Width, photo.Height, width - 2 * SideMargin, height - 2 * Margin);
        var fitted = Resampling.Resize(photo, fit.ResizedWidth, fit.ResizedHeight, ResizeFilter.Area);
        var cell = Picture.Filled(width, height, Ground.Red, Ground.Green, Ground.Blue);
        var (left, top) = (fit.Left + SideMargin, fit.Top + Margin);
        for (var row = 0; row < fitted.Height; row++) fitted.Row(row).CopyTo(cell.Row(top + row)[(left * 3)..]);
        var boxes = entry.Labels.Select(
            label => PaintedBox.Of(label with { Box = label.Box.ScaleAndMove(fit.ScaleX, fit.ScaleY, left, top) }, classNames)).ToList();
        BoxPainter.PaintOn(cell, boxes, Dot);
        return new ContactSheetCell(cell,
            FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(entry.Path)}  {entry.Width}x{entry.Height}"));
    }
}
