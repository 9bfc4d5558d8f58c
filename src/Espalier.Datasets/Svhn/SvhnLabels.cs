using System.Globalization;
using Espalier.Datasets.Yolo;

namespace Espalier.Datasets.Svhn;

/// <summary>Turns SVHN's boxes into rows of a label file.</summary>
public static class SvhnLabels
{
    /// <summary>
    /// The boxes of one photo as shares of its width and height (the paper's section 3.2). What reaches over the photo's edge is cut
    /// to it first; a box without area, or with none inside the photo, and a label that is no digit are left out.
    /// </summary>
    /// <param name="boxes">In pixels.</param>
    /// <param name="width">The photo's, in pixels.</param>
    /// <param name="height">The photo's, in pixels.</param>
    /// <param name="problems">Takes what was left out or cut: the sort, how many boxes, the first of them in words.</param>
    public static IReadOnlyList<LabelRow> Normalise(
        IReadOnlyList<DigitStructBox> boxes, int width, int height, out IReadOnlyList<LabelFileProblem> problems)
    {
        var rows = new List<LabelRow>(boxes.Count);
        var found = new List<LabelFileProblem>();
        for (var i = 0; i < boxes.Count; i++)
        {
            var box = boxes[i];
            var name = string.Create(CultureInfo.InvariantCulture, $"box {i + 1} ({box.Left}, {box.Top}, {box.Width} × {box.Height})");
            if (box.Digit is not { } digit || !double.IsFinite(box.Left + box.Top + box.Width + box.Height))
            {
                Note(DatasetProblemKind.SenselessLabel, string.Create(CultureInfo.InvariantCulture, $"{name} has the label {box.Label}, which is no digit: left out"));
                continue;
            }

            double left = Math.Max(box.Left, 0), right = Math.Min(box.Left + box.Width, width);
            double top = Math.Max(box.Top, 0), bottom = Math.Min(box.Top + box.Height, height);
            if (right <= left || bottom <= top)
            {
                Note(DatasetProblemKind.BoxWithoutArea, $"{name} has no area within the photo of {width} × {height}: left out");
                continue;
            }

            if (left != box.Left || top != box.Top || right != box.Left + box.Width || bottom != box.Top + box.Height)
            {
                Note(DatasetProblemKind.BoxClipped, $"{name} reaches over the edge of the photo of {width} × {height}: cut to it");
            }

            rows.Add(new LabelRow(digit, (left + right) / 2 / width, (top + bottom) / 2 / height, (right - left) / width, (bottom - top) / height));
        }

        problems = found;
        return rows;

        void Note(DatasetProblemKind kind, string first)
        {
            var index = found.FindIndex(problem => problem.Kind == kind);
            if (index < 0) found.Add(new LabelFileProblem(kind, 1, first));
            else found[index] = found[index] with { Count = found[index].Count + 1 };
        }
    }
}
