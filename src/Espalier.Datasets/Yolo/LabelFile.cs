using System.Globalization;
using System.Text;

namespace Espalier.Datasets.Yolo;

/// <summary>
/// Label files of YOLO: a row an object, <c>class x y width height</c>, the box's centre and size as shares of the photo.
/// </summary>
/// <remarks>
/// The rules: a row that has not five columns, or something that is no number, or a coordinate outside 0…1 by more than
/// <see cref="Tolerance"/>, or is a polygon, makes no sense and is left out; so is a box without area; a row that is there twice is
/// kept once; a box that reaches over the edge is cut to the photo. All are counted.
/// </remarks>
public static class LabelFile
{
    /// <summary>How far a share may leave 0…1 by rounding before it counts: a thousandth of the photo.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>Reads the text of a label file.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="classCount">How many classes have names.</param>
    public static LabelFileContent Parse(ReadOnlySpan<char> text, int classCount)
    {
        var rows = new List<LabelRow>();
        var seen = new HashSet<LabelRow>();
        var problems = new List<LabelFileProblem>();
        (int, int)? foreign = null;
        foreach (var (number, row, fault) in Rows(text))
        {
            if (fault is not null)
            {
                Note(DatasetProblemKind.SenselessLabel, $"row {number} {fault}: left out");
                continue;
            }

            if (row.Class >= classCount) foreign ??= (number, row.Class);
            if (!seen.Add(row))
            {
                Note(DatasetProblemKind.DuplicateLabel, $"row {number} repeats an earlier one: left out");
                continue;
            }

            var inside = ClipToPhoto(row, out var clipped);
            if (!(row.Width > 0 && row.Height > 0 && inside.Width > 0 && inside.Height > 0))
            {
                Note(DatasetProblemKind.BoxWithoutArea, $"row {number} is a box without area: left out");
                continue;
            }

            if (clipped) Note(DatasetProblemKind.BoxClipped, $"row {number} reaches over the photo's edge: cut to it");
            rows.Add(inside);
        }

        return new LabelFileContent(rows, problems, foreign);

        void Note(DatasetProblemKind kind, string first)
        {
            var index = problems.FindIndex(problem => problem.Kind == kind);
            if (index < 0) problems.Add(new LabelFileProblem(kind, 1, first));
            else problems[index] = problems[index] with { Count = problems[index].Count + 1 };
        }
    }

    /// <summary>The rows of a label file as they are written, without the blank ones; of one that makes no sense the reason.</summary>
    internal static List<NumberedLabelRow> Rows(ReadOnlySpan<char> text)
    {
        var rows = new List<NumberedLabelRow>();
        var number = 0;
        foreach (var line in text.EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace()) continue;
            var fault = ParseRow(line, out var row);
            rows.Add(new NumberedLabelRow(number, row, fault));
        }

        return rows;
    }

    /// <summary>The text of a label file: eight decimals, which is under a hundred-thousandth of a pixel on any photo.</summary>
    public static string Format(IEnumerable<LabelRow> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Class} {row.X:0.########} {row.Y:0.########} {row.Width:0.########} {row.Height:0.########}\n");
        }

        return text.ToString();
    }

    private static string? ParseRow(ReadOnlySpan<char> line, out LabelRow row)
    {
        row = default;
        Span<double> values = stackalloc double[5];
        var columns = 0;
        foreach (var range in line.SplitAny(' ', '\t'))
        {
            var field = line[range].Trim();
            if (field.IsEmpty) continue;
            if (columns < 5 && (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out values[columns]) || !double.IsFinite(values[columns])))
            {
                return $"has '{Shorten(field)}' where a number should be";
            }

            columns++;
        }

        if (columns >= 7 && columns % 2 == 1) return $"is a polygon of {(columns - 1) / 2} points, not a box";
        if (columns != 5) return $"has {columns} columns, not 5";
        if (values[0] < 0 || values[0] > int.MaxValue || values[0] != Math.Floor(values[0])) return $"has the class {Text(values[0])}, which is no whole number from 0 on";
        foreach (var share in values[1..])
        {
            if (share < -Tolerance || share > 1 + Tolerance) return $"has {Text(share)}, which is outside 0 to 1";
        }

        row = new LabelRow((int)values[0], values[1], values[2], values[3], values[4]);
        return null;
    }

    private static LabelRow ClipToPhoto(LabelRow row, out bool clipped)
    {
        double left = row.X - row.Width / 2, right = row.X + row.Width / 2, top = row.Y - row.Height / 2, bottom = row.Y + row.Height / 2;
        clipped = Math.Min(left, top) < -Tolerance || Math.Max(right, bottom) > 1 + Tolerance;
        if (Math.Min(left, top) >= 0 && Math.Max(right, bottom) <= 1) return row;
        left = Math.Clamp(left, 0, 1);
        right = Math.Clamp(right, 0, 1);
        top = Math.Clamp(top, 0, 1);
        bottom = Math.Clamp(bottom, 0, 1);
        return new LabelRow(row.Class, (left + right) / 2, (top + bottom) / 2, right - left, bottom - top);
    }

    private static string Shorten(ReadOnlySpan<char> field) => field.Length <= 24 ? field.ToString() : string.Concat(field[..24], "…");

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
