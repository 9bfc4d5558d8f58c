using System.Globalization;
using System.Text;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Labels;

namespace Espalier.Datasets.Yolo;

/// <summary>
/// Label files of YOLO: a row an object, <c>class x y width height</c>, the box's centre and size as shares of the photo, or
/// <c>class x1 y1 x2 y2 x3 y3 …</c>, a polygon of three or more points, which stands for the box around it.
/// </summary>
/// <remarks>
/// A row with other columns, with something that is no number, or with a coordinate outside 0…1 by more than
/// <see cref="LabelRules.Tolerance"/> makes no sense; what else is asked of a row is in <see cref="LabelRules"/>.
/// </remarks>
internal static class LabelFile
{
    private const int BoxColumns = 5;

    /// <summary>Reads the text of a label file.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="classCount">How many classes have names.</param>
    /// <param name="keypointNumbers">How many numbers for key points follow each box
    /// (a <c>kpt_shape</c> of [17, 3] makes 51); they are passed over.</param>
    public static LabelContent Parse(ReadOnlySpan<char> text, int classCount, int keypointNumbers = 0)
    {
        var claims = Claims(text, classCount, keypointNumbers);
        var foreign = claims.FindIndex(claim => claim.Fault is { Kind: FindingKind.WrongClass });
        return LabelRules.Apply(claims) with
        {
            ForeignClass = foreign < 0 ? null : ((int)claims[foreign].Number, claims[foreign].Row.Class),
        };
    }

    /// <summary>The rows of a label file as they are written, without the blank ones.</summary>
    internal static List<LabelClaim> Claims(ReadOnlySpan<char> text, int classCount, int keypointNumbers)
    {
        var claims = new List<LabelClaim>();
        var columns = new List<double>();
        var number = 0;
        foreach (var line in text.EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace()) continue;
            var fault = ReadColumns(line, columns) ?? FindFault(columns, keypointNumbers);
            if (fault is not null) claims.Add(new LabelClaim("row", number, default) { Fault = (FindingKind.SenselessLabel, fault) });
            else
            {
                var claim = new LabelClaim("row", number, ToRow(columns, keypointNumbers));
                claims.Add(claim.Row.Class < classCount ? claim
                    : claim.Faulty(FindingKind.WrongClass, $"has class {claim.Row.Class}, but only 0 to {classCount - 1} have names"));
            }
        }

        return claims;
    }

    /// <summary>The text of a label file: eight decimals, which is under a hundred-thousandth of a pixel on any photo.</summary>
    public static string Format(IEnumerable<LabelRow> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{row.Class} {row.X:0.########} {row.Y:0.########} {row.Width:0.########} {row.Height:0.########}\n");
        }

        return text.ToString();
    }

    private static string? ReadColumns(ReadOnlySpan<char> line, List<double> columns)
    {
        columns.Clear();
        foreach (var range in line.SplitAny(' ', '\t'))
        {
            var field = line[range].Trim();
            if (field.IsEmpty) continue;
            if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
                return $"has '{Shorten(field)}' where a number should be";
            columns.Add(value);
        }

        return null;
    }

    private static string? FindFault(List<double> columns, int keypointNumbers)
    {
        var shares = IsBox(columns.Count, keypointNumbers) ? BoxColumns : columns.Count;
        if (shares != BoxColumns && (shares < 7 || shares % 2 == 0)) return $"has {columns.Count} columns, not 5";
        if (columns[0] < 0 || columns[0] > int.MaxValue || columns[0] != Math.Floor(columns[0]))
            return $"has the class {Text(columns[0])}, which is no whole number from 0 on";
        for (var i = 1; i < shares; i++)
        {
            if (columns[i] < -LabelRules.Tolerance || columns[i] > 1 + LabelRules.Tolerance)
                return $"has {Text(columns[i])}, which is outside 0 to 1";
        }

        return null;
    }

    private static LabelRow ToRow(List<double> columns, int keypointNumbers)
    {
        if (IsBox(columns.Count, keypointNumbers)) return new LabelRow((int)columns[0], columns[1], columns[2], columns[3], columns[4]);
        double left = double.MaxValue, right = double.MinValue, top = double.MaxValue, bottom = double.MinValue;
        for (var i = 1; i < columns.Count; i += 2)
        {
            (left, right) = (Math.Min(left, columns[i]), Math.Max(right, columns[i]));
            (top, bottom) = (Math.Min(top, columns[i + 1]), Math.Max(bottom, columns[i + 1]));
        }

        return new LabelRow((int)columns[0], (left + right) / 2, (top + bottom) / 2, right - left, bottom - top);
    }

    private static bool IsBox(int columns, int keypointNumbers) =>
        columns == BoxColumns || keypointNumbers > 0 && columns == BoxColumns + keypointNumbers;

    private static string Shorten(ReadOnlySpan<char> field) => field.Length <= 24 ? field.ToString() : string.Concat(field[..24], "…");

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
