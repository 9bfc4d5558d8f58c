namespace Espalier.Vision;

/// <summary>
/// Draws boxes and their labels on a copy of a picture. Small photos are enlarged by a whole factor first, so that labels
/// stay readable and leave something of the photo to see.
/// </summary>
public static class BoxPainter
{
    // Enlarged until the shorter side has this many pixels, as long as the longer one stays within its own bound.
    private const int ReadableSide = 320;
    private const int LongestSide = 1600;

    // A dot of the letters and the lines' thickness, a share of the picture's size: 2 at 700 × 330, 3 at 1280 × 720.
    private const double PixelsADot = 300;

    /// <summary>Draws detections with class name and confidence.</summary>
    /// <param name="picture">Is left as it is.</param>
    /// <param name="detections">In the picture's pixels; the most confident are drawn on top.</param>
    /// <param name="classNames">The names of classes 0, 1, …; a class beyond is shown by its number.</param>
    public static Picture Paint(Picture picture, IEnumerable<Detection> detections, IReadOnlyList<string> classNames) =>
        Paint(picture, [.. detections.OrderByDescending(detection => detection.Confidence)
            .Select(detection => PaintedBox.Of(detection, classNames))]);

    /// <summary>Draws labels with their class names.</summary>
    /// <inheritdoc cref="Paint(Picture, IEnumerable{Detection}, IReadOnlyList{string})" path="/param"/>
    /// <param name="picture"/><param name="classNames"/>
    /// <param name="labels">In the picture's pixels.</param>
    public static Picture Paint(Picture picture, IEnumerable<LabelledBox> labels, IReadOnlyList<string> classNames) =>
        Paint(picture, [.. labels.Select(label => PaintedBox.Of(label, classNames))]);

    /// <summary>Draws boxes; the first are drawn on top and get the better places for their plates.</summary>
    /// <param name="picture">Is left as it is.</param>
    /// <param name="boxes">In the picture's pixels.</param>
    /// <returns>A new picture, <see cref="FactorFor"/> times as large.</returns>
    public static Picture Paint(Picture picture, IReadOnlyList<PaintedBox> boxes)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(boxes);
        var factor = FactorFor(picture.Width, picture.Height);
        var enlarged = Resampling.Resize(picture, picture.Width * factor, picture.Height * factor);
        var dot = (int)Math.Max(Math.Round(Math.Sqrt((double)enlarged.Width * enlarged.Height) / PixelsADot), 1);
        PaintOn(enlarged, [.. boxes.Select(box => box with { Box = box.Box.ScaleAndMove(factor, factor, 0, 0) })], dot);
        return enlarged;
    }

    /// <summary>Draws boxes into a picture that has the size at which it will be seen.</summary>
    /// <param name="painted">Is drawn into.</param>
    /// <param name="boxes">In its pixels; the first are drawn on top.</param>
    /// <param name="dot">Pixels a dot of the letters, and the lines' thickness; at least 1.</param>
    public static void PaintOn(Picture painted, IReadOnlyList<PaintedBox> boxes, int dot)
    {
        ArgumentNullException.ThrowIfNull(painted);
        ArgumentNullException.ThrowIfNull(boxes);
        ArgumentOutOfRangeException.ThrowIfLessThan(dot, 1);

        // A box that ends at the picture's edge shows its line just within.
        var frames = boxes.Select(box => PixelRectangle.Around(box.Box.ClipTo(painted.Width, painted.Height))).ToArray();
        var labels = boxes.Select(box => PictureText.Shorten(box.Label, dot, painted.Width - 4 * dot)).ToArray();
        var sizes = labels.Select(label => PlateSize(label, dot)).ToArray();
        var plates = LabelPlacement.Place(frames, sizes, painted.Width, painted.Height);
        for (var i = boxes.Count - 1; i >= 0; i--) DrawFrame(painted, frames[i], dot, ClassPalette.ColorOf(boxes[i].Class));
        for (var i = boxes.Count - 1; i >= 0; i--)
        {
            if (labels[i].Length > 0) DrawPlate(painted, plates[i], labels[i], dot, ClassPalette.ColorOf(boxes[i].Class));
        }
    }

    /// <summary>By what whole factor a picture of a size is enlarged before it is drawn on.</summary>
    public static int FactorFor(int width, int height)
    {
        var wanted = (ReadableSide + Math.Min(width, height) - 1) / Math.Min(width, height);
        return Math.Max(Math.Min(wanted, LongestSide / Math.Max(width, height)), 1);
    }

    private static PictureSize PlateSize(string label, int dot)
    {
        var text = PictureText.Measure(label, dot);
        return new(text.Width + 4 * dot, text.Height + 4 * dot);
    }

    // A dark line on either side keeps the colour visible on any ground.
    private static void DrawFrame(Picture picture, PixelRectangle frame, int dot, Rgb color)
    {
        Canvas.Frame(picture, frame.Grown(1), dot + 2, Rgb.Black);
        Canvas.Frame(picture, frame, dot, color);
    }

    private static void DrawPlate(Picture picture, PixelRectangle plate, string label, int dot, Rgb color)
    {
        Canvas.Fill(picture, plate, Rgb.Black);
        Canvas.Fill(picture, plate.Grown(-1), color);
        PictureText.Draw(picture, plate.X + 2 * dot, plate.Y + 2 * dot, label, dot, color.Contrasting);
    }
}
