using Espalier.Datasets.Findings;

namespace Espalier.Datasets.Labels;

/// <summary>One label as its file has it, before anything is said about it.</summary>
/// <param name="Unit">What its file consists of: <c>row</c>, <c>box</c>, <c>annotation</c>.</param>
/// <param name="Number">Which of them.</param>
/// <param name="Row">What it says, not cut to the photo; nothing where it makes no sense.</param>
public readonly record struct LabelClaim(string Unit, long Number, LabelRow Row)
{
    /// <summary>What is wrong with the label by itself, to follow <see cref="Place"/>; null where nothing is.</summary>
    public (FindingKind Kind, string Reason)? Fault { get; init; }

    /// <summary>Where it stands: <c>row 3</c>.</summary>
    public string Place => FormattableString.Invariant($"{Unit} {Number}");

    /// <summary>The same label with something wrong with it.</summary>
    public LabelClaim Faulty(FindingKind kind, FormattableString reason) =>
        this with { Fault = (kind, FormattableString.Invariant(reason)) };
}
