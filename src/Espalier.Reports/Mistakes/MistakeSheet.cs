using Espalier.Reports.Drawing;
using Espalier.Reports.Photos;
using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Mistakes;

/// <summary><c>worst_mistakes.png</c>: the most confident wrong detections and the largest missed labels,
/// each with a word what is wrong.</summary>
internal static class MistakeSheet
{
    // How much of the picture around the mistake is shown, as a multiple of the box, and at least this many pixels.
    private const float Context = 4;
    private const int LeastSide = 48;

    private static readonly SKColor LabelColor = SKColors.White;

    /// <summary>Draws the sheet; null where nothing went wrong.</summary>
    /// <exception cref="PictureException">A photo can no longer be read.</exception>
    public static Sheet? Draw(WorstMistakes worst, IReadOnlyList<string> names)
    {
        var sections = new List<TileSection>();
        if (worst.Wrong.Count > 0)
            sections.Add(new TileSection("Most confident wrong detections (labels are dashed)",
                [.. worst.Wrong.Select(mistake => TileOf(mistake, names))]));
        if (worst.Missed.Count > 0)
            sections.Add(new TileSection("Largest missed labels", [.. worst.Missed.Select(mistake => TileOf(mistake, names))]));
        return sections.Count == 0 ? null : TileSheet.Draw(sections);
    }

    private static Tile TileOf(PhotoMistake item, IReadOnlyList<string> names)
    {
        var (photo, mistake) = item;
        var picture = PictureReader.Read(photo.Path);
        var part = PartAround(mistake.Found?.Box ?? mistake.Label!.Value.Box, picture);
        var boxes = new List<TileBox>();
        if (mistake.Found is { } found)
            boxes.Add(new TileBox(Moved(found.Box), Ink.OfClass(found.Class),
                Invariant($"{ClassNames.Of(found.Class, names)} {found.Confidence:0.00}")));
        if (mistake.Label is { } label)
            boxes.Add(new TileBox(Moved(label.Box), LabelColor, ClassNames.Of(label.Class, names), Dashed: true));
        return new Tile(Cut(picture, part), boxes, mistake.Words(names), Path.GetFileName(photo.Path));

        Box Moved(Box box) => box.ScaleAndMove(1, 1, -part.X, -part.Y);
    }

    private static PixelRectangle PartAround(Box box, Picture picture)
    {
        var side = (int)Math.Max(Math.Max(box.Width, box.Height) * Context, LeastSide);
        var (width, height) = (Math.Min(side, picture.Width), Math.Min(side, picture.Height));
        return new PixelRectangle((int)(box.CenterX - width / 2f), (int)(box.CenterY - height / 2f), width, height)
            .Within(picture.Width, picture.Height);
    }

    private static Picture Cut(Picture picture, PixelRectangle part)
    {
        var cut = new Picture(part.Width, part.Height);
        for (var y = 0; y < part.Height; y++) picture.Row(part.Y + y).Slice(part.X * 3, part.Width * 3).CopyTo(cut.Row(y));
        return cut;
    }
}
