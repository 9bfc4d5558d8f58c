using Espalier.Vision;

namespace Espalier.Datasets.Labels;

/// <summary>An object of a photo: a class and a box, the box as shares of the photo's width and height.</summary>
/// <param name="Class">The class index.</param>
/// <param name="X">The centre, 0…1.</param>
/// <param name="Y">The centre, 0…1.</param>
/// <param name="Width">0…1.</param>
/// <param name="Height">0…1.</param>
public readonly record struct LabelRow(int Class, double X, double Y, double Width, double Height)
{
    /// <summary>The row of a box in pixels.</summary>
    public static LabelRow OfPixels(int index, double left, double top, double width, double height, PictureSize size) => new(
        index, (left + width / 2) / size.Width, (top + height / 2) / size.Height, width / size.Width, height / size.Height);

    /// <summary>The row of a labelled box.</summary>
    public static LabelRow Of(LabelledBox label, PictureSize size) => new(
        label.Class, label.Box.CenterX / (double)size.Width, label.Box.CenterY / (double)size.Height,
        label.Box.Width / (double)size.Width, label.Box.Height / (double)size.Height);

    /// <summary>The object in the photo's pixels, not cut to it.</summary>
    public LabelledBox ToPixels(PictureSize size) => new(Class, new Box(
        (float)((X - Width / 2) * size.Width), (float)((Y - Height / 2) * size.Height),
        (float)((X + Width / 2) * size.Width), (float)((Y + Height / 2) * size.Height)));

    /// <summary>The object in the photo's pixels, cut to it.</summary>
    public LabelledBox Within(PictureSize size) => new(Class, ToPixels(size).Box.ClipTo(size.Width, size.Height));
}
