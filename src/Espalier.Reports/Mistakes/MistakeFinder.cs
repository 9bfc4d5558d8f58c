using Espalier.Reports.Photos;
using Espalier.Vision;

namespace Espalier.Reports.Mistakes;

/// <summary>Names what is wrong with the detections of one picture, those above <see cref="JudgedPhoto.LeastConfidence"/>.</summary>
internal static class MistakeFinder
{
    // A box counts as found from here on; what overlaps less than the second is somewhere else.
    private const float Found = 0.5f;
    private const float Near = 0.1f;

    /// <summary>All mistakes of a picture; those that are right are left out.</summary>
    /// <param name="photo">Labels and detections, the latter in order of falling confidence.</param>
    /// <param name="side">The longer side of the picture in pixels.</param>
    public static IEnumerable<Mistake> Find(JudgedPhoto photo, int side)
    {
        var taken = new bool[photo.Labels.Count];
        var covered = new bool[photo.Labels.Count];
        var wrong = new List<Detection>();
        foreach (var detection in photo.Detections)
        {
            var right = Best(detection, photo.Labels, label => !taken[label] && photo.Labels[label].Class == detection.Class);
            if (right.IoU >= Found) taken[right.Index] = covered[right.Index] = true;
            else wrong.Add(detection);
        }

        var mistakes = new List<Mistake>();
        foreach (var detection in wrong)
        {
            var mistake = Judge(detection, photo.Labels, taken, out var label);
            if (mistake.IoU >= Found) covered[label] = true;
            mistakes.Add(mistake);
        }

        for (var i = 0; i < covered.Length; i++)
        {
            if (covered[i]) continue;
            var box = photo.Labels[i].Box;
            mistakes.Add(new Mistake(MistakeKind.Missed, Math.Sqrt(box.Area) / side, null, photo.Labels[i], 0));
        }

        return mistakes;
    }

    private static Mistake Judge(Detection detection, IReadOnlyList<LabelledBox> labels, bool[] taken, out int index)
    {
        // What it should have been: first of all a label that nobody has found.
        var best = Best(detection, labels, label => !taken[label]);
        if (best.IoU < Found && Best(detection, labels, _ => true) is { IoU: >= Found } other) best = other;
        index = best.Index;
        if (best.IoU < Near) return new Mistake(MistakeKind.NothingThere, detection.Confidence, detection, null, best.IoU);
        var label = labels[index];
        var kind = (label.Class == detection.Class, best.IoU >= Found) switch
        {
            (true, true) => MistakeKind.FoundTwice,
            (true, false) => MistakeKind.LooseBox,
            (false, true) => MistakeKind.WrongClass,
            _ => MistakeKind.NothingThere,
        };
        return new Mistake(kind, detection.Confidence, detection, kind == MistakeKind.NothingThere ? null : label, best.IoU);
    }

    private static (int Index, float IoU) Best(Detection detection, IReadOnlyList<LabelledBox> labels, Func<int, bool> allowed)
    {
        var best = (Index: -1, IoU: 0f);
        for (var i = 0; i < labels.Count; i++)
        {
            if (!allowed(i)) continue;
            var iou = BoxOverlap.IoU(detection.Box, labels[i].Box);
            if (iou > best.IoU) best = (i, iou);
        }

        return best;
    }
}
