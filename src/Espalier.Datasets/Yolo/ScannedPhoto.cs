using Espalier.Vision;

namespace Espalier.Datasets.Yolo;

/// <summary>Sizes and times of writing of a photo and its label file: while they stay, so does what a scan finds.</summary>
/// <param name="PhotoBytes">−1 where there is no such file.</param>
/// <param name="PhotoWritten">Ticks, UTC.</param>
/// <param name="LabelBytes">−1 where there is no such file.</param>
/// <param name="LabelWritten">Ticks, UTC.</param>
internal readonly record struct FileStamp(long PhotoBytes, long PhotoWritten, long LabelBytes, long LabelWritten)
{
    public static FileStamp Of(string photo, string label)
    {
        var (photoBytes, photoWritten) = Of(photo);
        var (labelBytes, labelWritten) = Of(label);
        return new FileStamp(photoBytes, photoWritten, labelBytes, labelWritten);
    }

    private static (long Bytes, long Written) Of(string path)
    {
        var file = new FileInfo(path);

        // A link keeps its own size and time while the file that it leads to is written anew.
        if (file.LinkTarget is not null && File.Exists(path) && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            file = target;
        return file.Exists ? (file.Length, file.LastWriteTimeUtc.Ticks) : (-1, 0);
    }
}

/// <summary>What a scan found out about one photo.</summary>
/// <param name="Stamp">Of the files that it looked at.</param>
/// <param name="Width">In pixels; 0 where the photo is left out.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Labels">In the photo's pixels.</param>
/// <param name="Problems">What was wrong with photo and labels.</param>
/// <param name="Refusal">Why the whole data set cannot be used, or null.</param>
internal sealed record ScannedPhoto(FileStamp Stamp, int Width, int Height, LabelledBox[] Labels, DatasetProblem[] Problems,
    string? Refusal)
{
    /// <summary>Whether the photo has a label file, be it an empty one.</summary>
    public bool HasLabelFile => Stamp.LabelBytes >= 0;
}
