using System.Collections.Frozen;

namespace Espalier.Datasets.Findings;

/// <summary>What is to be known about each <see cref="FindingKind"/>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Its name on command lines and in JSON: lower case with hyphens.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Remedy">What a cleaned copy does about it.</param>
internal sealed record FindingKindInfo(FindingKind Kind, string Name, FindingSeverity Severity, string Remedy);

/// <summary>All kinds of finding, in the order in which they are reported.</summary>
internal static class FindingKinds
{
    private const string PhotoLeftOut = "the photo is left out";
    private const string AsItIs = "stays as it is";

    private static readonly FrozenDictionary<FindingKind, FindingKindInfo> ByKind = new[]
    {
        Damaged(FindingKind.MissingPhoto, "missing-photo", "there is nothing to copy"),
        Damaged(FindingKind.UnreadablePhoto, "unreadable-photo", PhotoLeftOut),
        Damaged(FindingKind.TinyPhoto, "tiny-photo", PhotoLeftOut),
        Damaged(FindingKind.UnreadableLabels, "unreadable-labels", PhotoLeftOut),
        Damaged(FindingKind.SenselessLabel, "senseless-label", "the photo is left out: what the label meant would be taught as background"),
        Damaged(FindingKind.WrongClass, "wrong-class", "the photo is left out: what the label meant would be taught as background"),
        Damaged(FindingKind.BoxWithoutArea, "box-without-area",
            "the photo is left out: what the label meant would be taught as background"),
        Mendable(FindingKind.BoxOverEdge, "box-over-edge", "the box is cut to the photo"),
        Mendable(FindingKind.DuplicateLabel, "duplicate-label", "kept once"),
        Mendable(FindingKind.PhotoListedTwice, "photo-listed-twice", "kept once"),
        Mendable(FindingKind.IdenticalPhoto, "identical-photo", "kept once"),
        Mendable(FindingKind.IdenticalPhotoAcrossSplits, "identical-photo-across-splits", "kept in one split, in train last"),
        Doubtful(FindingKind.SimilarPhotoAcrossSplits, "similar-photo-across-splits"),
        Doubtful(FindingKind.SimilarPhoto, "similar-photo"),
        new FindingKindInfo(FindingKind.UnreadFile, "unread-file", FindingSeverity.Doubtful,
            "left out, with its label file where it has one"),
        new FindingKindInfo(FindingKind.MissingSplit, "missing-split", FindingSeverity.Doubtful, "the copy does without it"),
        Doubtful(FindingKind.MissingLabels, "missing-labels"),
        new FindingKindInfo(FindingKind.OrphanLabels, "orphan-labels", FindingSeverity.Doubtful, "the label file is left out"),
        Doubtful(FindingKind.TinyBox, "tiny-box"),
        Doubtful(FindingKind.HugeBox, "huge-box"),
        Doubtful(FindingKind.ExtremeAspect, "extreme-aspect"),
        Doubtful(FindingKind.OverlappingLabels, "overlapping-labels"),
        Doubtful(FindingKind.ModelSeesAnotherClass, "model-sees-another-class"),
        Doubtful(FindingKind.ModelSeesUnlabelled, "model-sees-unlabelled"),
        Doubtful(FindingKind.ModelSeesNothing, "model-sees-nothing"),
    }.ToFrozenDictionary(info => info.Kind);

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<FindingKindInfo> All { get; } = [.. ByKind.Values.OrderBy(info => info.Severity).ThenBy(info => info.Kind)];

    /// <summary>What is to be known about a kind.</summary>
    public static FindingKindInfo Info(this FindingKind kind) => ByKind[kind];

    /// <summary>Whether a photo with such a finding shows an object that its labels no longer tell of.</summary>
    public static bool LosesObject(this FindingKind kind) =>
        kind is FindingKind.SenselessLabel or FindingKind.WrongClass or FindingKind.BoxWithoutArea;

    private static FindingKindInfo Damaged(FindingKind kind, string name, string remedy) =>
        new(kind, name, FindingSeverity.Damaged, remedy);

    private static FindingKindInfo Mendable(FindingKind kind, string name, string remedy) =>
        new(kind, name, FindingSeverity.Mendable, remedy);

    private static FindingKindInfo Doubtful(FindingKind kind, string name) => new(kind, name, FindingSeverity.Doubtful, AsItIs);
}
