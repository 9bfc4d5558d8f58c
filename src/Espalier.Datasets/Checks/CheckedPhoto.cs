using Espalier.Core;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>A photo to be checked, and where its labels come from.</summary>
internal abstract record CheckedPhoto(string Split, string Path)
{
    /// <summary>The labels as they are written.</summary>
    /// <param name="size">The photo's.</param>
    /// <param name="classCount">How many classes have names.</param>
    /// <param name="report">Takes what is wrong with the labels as a whole.</param>
    /// <exception cref="EspalierException">They cannot be read.</exception>
    public abstract IReadOnlyList<LabelClaim> ReadLabels(PictureSize size, int classCount, Action<FindingKind, string> report);
}

/// <summary>A photo with a YOLO label file.</summary>
internal sealed record YoloCheckedPhoto(string Split, string Path) : CheckedPhoto(Split, Path)
{
    private const long MaximumLabelBytes = 16 << 20;

    /// <inheritdoc/>
    public override IReadOnlyList<LabelClaim> ReadLabels(PictureSize size, int classCount, Action<FindingKind, string> report)
    {
        var file = new FileInfo(LabelPath.OfPhoto(Path));
        if (!file.Exists)
        {
            report(FindingKind.MissingLabels, "has no label file");
            return [];
        }

        if (file.Length > MaximumLabelBytes) throw new EspalierException($"its label file has {file.Length} bytes, at most {MaximumLabelBytes} make sense");
        try
        {
            return [.. LabelFile.Rows(File.ReadAllText(file.FullName)).Select(row => Claim(row, size, classCount))];
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"its label file cannot be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static LabelClaim Claim(NumberedLabelRow numbered, PictureSize size, int classCount)
    {
        var place = FormattableString.Invariant($"row {numbered.Number}");
        if (numbered.Fault is { } fault) return new LabelClaim(place, null, default) { Fault = (FindingKind.SenselessLabel, fault) };
        var row = numbered.Row;
        var box = new Box(
            (float)((row.X - row.Width / 2) * size.Width), (float)((row.Y - row.Height / 2) * size.Height),
            (float)((row.X + row.Width / 2) * size.Width), (float)((row.Y + row.Height / 2) * size.Height));
        if (row.Class < classCount) return new LabelClaim(place, row.Class, box);
        return new LabelClaim(place, null, box) { Fault = (FindingKind.WrongClass, FormattableString.Invariant($"has class {row.Class}, but only 0 to {classCount - 1} have names")) };
    }
}

/// <summary>A photo with an entry in a digitStruct.mat; null where it has none.</summary>
internal sealed record SvhnCheckedPhoto(string Split, string Path, DigitStructEntry? Entry) : CheckedPhoto(Split, Path)
{
    /// <inheritdoc/>
    public override IReadOnlyList<LabelClaim> ReadLabels(PictureSize size, int classCount, Action<FindingKind, string> report)
    {
        if (Entry is not null) return [.. Entry.Boxes.Select(Claim)];
        report(FindingKind.MissingLabels, "has no entry in digitStruct.mat");
        return [];
    }

    private static LabelClaim Claim(DigitStructBox label, int index)
    {
        var place = FormattableString.Invariant($"box {index + 1}");
        var box = new Box((float)label.Left, (float)label.Top, (float)(label.Left + label.Width), (float)(label.Top + label.Height));
        if (!float.IsFinite(box.Left + box.Top + box.Right + box.Bottom))
        {
            return new LabelClaim(place, null, default) { Fault = (FindingKind.SenselessLabel, "has edges that are no numbers") };
        }

        if (label.Digit is { } digit) return new LabelClaim(place, digit, box);
        return new LabelClaim(place, null, box) { Fault = (FindingKind.WrongClass, FormattableString.Invariant($"has the label {label.Label}, which is no digit")) };
    }
}
