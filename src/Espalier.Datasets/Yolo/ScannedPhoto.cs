using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Datasets.Yolo;

/// <summary>Stamps of a photo and its label file: while they stay, so does what a scan finds.</summary>
/// <param name="Photo">The photo's.</param>
/// <param name="Label">Its label file's.</param>
internal readonly record struct PhotoStamp(FileStamp Photo, FileStamp Label)
{
    public static PhotoStamp Of(string photo, string label) => new(FileStamp.Of(photo), FileStamp.Of(label));
}

/// <summary>What a scan found out about one photo.</summary>
/// <param name="Stamp">Of the files that it looked at.</param>
/// <param name="Width">In pixels; 0 where the photo is left out.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Labels">In the photo's pixels.</param>
/// <param name="Problems">What was wrong with photo and labels.</param>
/// <param name="Refusal">Why the whole data set cannot be used, or null.</param>
internal sealed record ScannedPhoto(PhotoStamp Stamp, int Width, int Height, LabelledBox[] Labels, DatasetProblem[] Problems,
    string? Refusal)
{
    /// <summary>Whether the photo has a label file, be it an empty one.</summary>
    public bool HasLabelFile => Stamp.Label.Length >= 0;
}
