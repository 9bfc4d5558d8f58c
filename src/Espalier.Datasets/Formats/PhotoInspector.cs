using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Labels;
using Espalier.Vision;

namespace Espalier.Datasets.Formats;

/// <summary>Looks at one photo and its labels.</summary>
/// <param name="Decode">Whether to decode the photo in any case; otherwise only where it seems to be cut off.</param>
/// <param name="KeepPartial">Whether a photo stays that has lost some of its labels.</param>
internal sealed record PhotoInspector(bool Decode, bool KeepPartial)
{
    /// <summary>Photos with a smaller side, in pixels, are left out.</summary>
    public const int MinimumSide = 10;

    /// <summary>What there is to know about the photo; whatever is wrong with it is in the result.</summary>
    public InspectedLabels Inspect(ListedPhoto photo)
    {
        if (!File.Exists(photo.Path)) return LeftOut(photo.Path, FindingKind.MissingPhoto, "there is no such file");
        PictureSize size;
        try
        {
            size = PhotoProbe.Measure(photo.Path, Decode);
        }
        catch (EspalierException exception)
        {
            return LeftOut(photo.Path, FindingKind.UnreadablePhoto, exception.Message.TrimEnd('.')
                .Replace($"'{photo.Path}' ", "", StringComparison.Ordinal));
        }

        if (Math.Min(size.Width, size.Height) < MinimumSide)
        {
            return LeftOut(photo.Path, FindingKind.TinyPhoto,
                $"is {size.Width} × {size.Height} pixels, each side should have {MinimumSide}");
        }

        try
        {
            return photo.ReadLabels(size) is { } claims ? WithLabels(photo.LabelPath, size, claims) : new InspectedLabels(size, null, []);
        }
        catch (EspalierException exception)
        {
            return LeftOut(photo.LabelPath, FindingKind.UnreadableLabels, exception.Message.TrimEnd('.'));
        }
    }

    private InspectedLabels WithLabels(string path, PictureSize size, IReadOnlyList<LabelClaim> claims)
    {
        if (LabelRules.Excess(claims) is { } excess) return LeftOut(path, FindingKind.UnreadableLabels, excess);
        var content = LabelRules.Apply(claims);

        // Such a file is of another kind than labels; to call its photo a background would teach the opposite of what it shows.
        if (content.Rows.Count == 0 && content.Problems is [{ Kind: FindingKind.SenselessLabel } only])
        {
            return LeftOut(path, FindingKind.UnreadableLabels, $"none of its {claims[0].Unit}s makes sense ({only.First})");
        }

        if (!KeepPartial && content.Problems.Where(problem => problem.Kind.LosesObject()).ToArray() is { Length: > 0 } losses)
        {
            return new InspectedLabels(default, null, [.. losses.Take(1).Select(problem => problem.At(path, photoLeftOut: true))]);
        }

        return new InspectedLabels(size, content.Rows, [.. content.Problems.Select(problem => problem.At(path))]);
    }

    private static InspectedLabels LeftOut(string path, FindingKind kind, string reason) =>
        new(default, null, [new DatasetProblem(path, reason + ": the photo is left out", PhotoSkipped: true) { Kind = kind }]);
}

/// <summary>A photo after it was looked at.</summary>
/// <param name="Size">0 × 0 where the photo is left out.</param>
/// <param name="Labels">The usable labels, cut to the photo; null where it has none.</param>
/// <param name="Problems">What is wrong with photo and labels.</param>
internal sealed record InspectedLabels(PictureSize Size, IReadOnlyList<LabelRow>? Labels, DatasetProblem[] Problems);
