using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Datasets.Yolo;

/// <summary>Looks at one photo and its label file.</summary>
/// <param name="classSource">Where the classes are named, for messages.</param>
/// <param name="classCount">How many there are.</param>
/// <param name="decodeFully">Whether to decode the photo.</param>
internal sealed class PhotoScanner(string classSource, int classCount, bool decodeFully)
{
    /// <summary>Photos with a smaller side, in pixels, are left out.</summary>
    public const int MinimumSide = 10;

    private const long MaximumLabelBytes = 16 << 20;
    private static readonly LabelledBox[] NoLabels = [];
    private static readonly DatasetProblem[] NoProblems = [];

    /// <summary>What there is to know about the photo; whatever is wrong with it is in the result.</summary>
    public ScannedPhoto Scan(string photo, string label, FileStamp stamp)
    {
        if (stamp.PhotoBytes < 0) return LeftOut(stamp, photo, DatasetProblemKind.MissingPhoto, "there is no such file");
        int width, height;
        try
        {
            (width, height) = PhotoProbe.Measure(photo, decodeFully);
        }
        catch (EspalierException exception)
        {
            return LeftOut(stamp, photo, DatasetProblemKind.UnreadablePhoto, exception.Message.TrimEnd('.').Replace($"'{photo}' ", "", StringComparison.Ordinal));
        }

        if (Math.Min(width, height) < MinimumSide)
        {
            return LeftOut(stamp, photo, DatasetProblemKind.TinyPhoto, $"is {width} × {height} pixels, each side should have {MinimumSide}");
        }

        if (stamp.LabelBytes <= 0) return new ScannedPhoto(stamp, width, height, NoLabels, NoProblems, Refusal: null);
        if (stamp.LabelBytes > MaximumLabelBytes) return LeftOut(stamp, label, DatasetProblemKind.UnreadableLabels, $"has {stamp.LabelBytes} bytes, at most {MaximumLabelBytes} make sense");
        try
        {
            return WithLabels(stamp, width, height, label, LabelFile.Parse(File.ReadAllText(label), classCount));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return LeftOut(stamp, label, DatasetProblemKind.UnreadableLabels, exception.Message.TrimEnd('.'));
        }
    }

    private ScannedPhoto WithLabels(FileStamp stamp, int width, int height, string label, LabelFileContent content)
    {
        if (content.ForeignClass is { } foreign)
        {
            var refusal = $"{label}, row {foreign.Row}: class {foreign.Class}, but {classSource} names {classCount} classes (0 to {classCount - 1}).";
            return new ScannedPhoto(stamp, 0, 0, NoLabels, NoProblems, refusal);
        }

        // Such a file is of another kind than rows of boxes; to call its photo a background would teach the opposite of what it shows.
        if (content.Rows.Count == 0 && content.Problems is [{ Kind: DatasetProblemKind.SenselessLabel } only])
        {
            return LeftOut(stamp, label, DatasetProblemKind.UnreadableLabels, $"none of its rows makes sense ({only.First})");
        }

        var labels = content.Rows.Select(row => ToPixels(row, width, height)).ToArray();
        var problems = content.Problems.Select(problem => problem.At(label));
        return new ScannedPhoto(stamp, width, height, labels.Length > 0 ? labels : NoLabels, content.Problems.Count > 0 ? [.. problems] : NoProblems, Refusal: null);
    }

    private static LabelledBox ToPixels(LabelRow row, int width, int height) => new(row.Class, new Box(
        (float)((row.X - row.Width / 2) * width), (float)((row.Y - row.Height / 2) * height),
        (float)((row.X + row.Width / 2) * width), (float)((row.Y + row.Height / 2) * height)).ClipTo(width, height));

    private static ScannedPhoto LeftOut(FileStamp stamp, string path, DatasetProblemKind kind, string reason) =>
        new(stamp, 0, 0, NoLabels, [new DatasetProblem(path, reason + ": the photo is left out", PhotoSkipped: true) { Kind = kind }], Refusal: null);
}
