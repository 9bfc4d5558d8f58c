using Espalier.Core;

namespace Espalier.Vision;

/// <summary>All detections of one class over all pictures, in order of falling confidence (then of pictures),
/// and how many labels it has.</summary>
/// <param name="Verdicts">The detections.</param>
/// <param name="Pictures">For each, the picture it is on.</param>
/// <param name="LabelCount">Labels of the class.</param>
internal sealed record ClassDetections(DetectionVerdict[] Verdicts, int[] Pictures, int LabelCount)
{
    /// <summary>Sorts pictures' detections by class.</summary>
    /// <returns>An entry a class, 0 … <paramref name="classCount"/> − 1.</returns>
    /// <exception cref="EspalierException">A detection or a label is of a class beyond.</exception>
    public static ClassDetections[] Gather(IReadOnlyList<PictureEvaluation> pictures, int classCount)
    {
        var found = new List<(DetectionVerdict Verdict, int Picture)>[classCount];
        for (var i = 0; i < classCount; i++) found[i] = [];
        var labels = new int[classCount];
        for (var picture = 0; picture < pictures.Count; picture++)
        {
            foreach (var index in pictures[picture].LabelClasses) labels[Checked(index, classCount)]++;
            foreach (var verdict in pictures[picture].Verdicts) found[Checked(verdict.Class, classCount)].Add((verdict, picture));
        }

        return [.. found.Select((list, index) => Sorted(list, labels[index]))];
    }

    private static ClassDetections Sorted(List<(DetectionVerdict Verdict, int Picture)> found, int labelCount)
    {
        // One number to sort by: the confidence's bits inverted (positive floats order as their bits do), then the place, for a stable
        // order.
        var keys = new ulong[found.Count];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (ulong)~BitConverter.SingleToUInt32Bits(found[i].Verdict.Confidence) << 32 | (uint)i;
        Array.Sort(keys);
        return new([.. keys.Select(key => found[(int)(uint)key].Verdict)], [.. keys.Select(key => found[(int)(uint)key].Picture)],
            labelCount);
    }

    private static int Checked(int index, int classCount) =>
        index >= 0 && index < classCount
            ? index : throw new EspalierException($"Class {index} was met, but there are only {classCount} classes.");
}
