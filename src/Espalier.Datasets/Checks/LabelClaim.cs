using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>One label as its file has it, in the photo's pixels, before anything is said about it.</summary>
/// <param name="Place">Where it stands: <c>row 3</c>, <c>box 2</c>.</param>
/// <param name="Class">The class index; null where the file's class stands for none.</param>
/// <param name="Box">In the photo's pixels, not cut to it.</param>
internal readonly record struct LabelClaim(string Place, int? Class, Box Box)
{
    /// <summary>What is wrong with the class, or with the label as a whole; null where nothing is.</summary>
    public (FindingKind Kind, string Reason)? Fault { get; init; }
}
