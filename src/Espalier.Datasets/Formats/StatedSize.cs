using Espalier.Vision;

namespace Espalier.Datasets.Formats;

/// <summary>The size that a label's file states for its photo. Boxes count in it, so that they still fit where the photo was made smaller
/// since.</summary>
internal static class StatedSize
{
    private const double MostApart = 0.02;

    /// <summary>What is stated, or the photo's own size where that is nothing.</summary>
    public static PictureSize Or(int? width, int? height, PictureSize photo) =>
        width is > 0 && height is > 0 ? new PictureSize(width.Value, height.Value) : photo;

    /// <summary>Whether a photo of this size can have been of the stated one: they are as wide for their height.</summary>
    public static bool Fits(PictureSize stated, PictureSize photo) =>
        (long)stated.Width * photo.Height == (long)stated.Height * photo.Width
        || Math.Abs((double)stated.Width / stated.Height * photo.Height / photo.Width - 1) <= MostApart;

    /// <summary>That it cannot, to follow the label's place.</summary>
    public static FormattableString Misfit(PictureSize stated, PictureSize photo) =>
        $"belongs to a photo of {stated.Width} × {stated.Height}, which this one of {photo.Width} × {photo.Height} is not";
}
