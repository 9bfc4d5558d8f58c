using System.Globalization;
using System.Text;
using Espalier.Cli.Terminal;
using Espalier.Datasets.Statistics;

namespace Espalier.Cli.Checks;

/// <summary>Statistics of splits side by side, for a person and for a program.</summary>
internal static class StatisticsText
{
    private const int BarWidth = 12;

    // Eighths of a column, so that small differences show.
    private const string Eighths = " ▏▎▍▌▋▊▉█";

    /// <summary>Tables with small bars; a bar's length is the share of its column's largest.</summary>
    public static string ToText(IReadOnlyList<SplitStatistics> splits)
    {
        var text = new StringBuilder();
        text.Append(TextTable.Format(
            ["split", ">photos", ">without objects", ">objects", ">objects a photo"],
            splits.Select(split => (IReadOnlyList<string>)[
                split.Split, Number(split.Totals.Photos), Number(split.Totals.BackgroundPhotos), Number(split.Totals.Objects),
                Invariant($"{(double)split.Totals.Objects / split.Totals.Photos:0.00}")])));
        Bars(text, "class", splits, [.. splits[0].ClassNames], split => split.Totals.ObjectsPerClass);
        Bars(text, "objects a photo", splits, Labels(splits[0].ObjectsPerPhoto, wholeNumbers: true), split => split.ObjectsPerPhoto.Counts);
        Bars(text, "box height, pixels", splits, Labels(splits[0].BoxHeights), split => split.BoxHeights.Counts);
        Bars(text, "width / height", splits, Labels(splits[0].Aspects), split => split.Aspects.Counts);
        text.Append('\n').Append(TextTable.Format(["", "split", ">least", ">5 %", ">median", ">95 %", ">most"],
            splits.SelectMany(Rows).OrderBy(row => row.Order).Select(row => row.Cells)));
        text.Append('\n').Append("where the boxes' centres lie, % of the boxes\n");
        text.Append(TextTable.Format(
            splits.SelectMany(split => new[] { $">{split.Split}", ">", ">", ">", ">" }).ToList(),
            splits[0].Positions.Select((_, row) => (IReadOnlyList<string>)
                [.. splits.SelectMany(split => split.Positions[row].Select(count => Share(count, split.Totals.Objects)))])));
        return text.ToString();
    }

    /// <summary>Every number.</summary>
    public static string ToJson(IReadOnlyList<SplitStatistics> splits) => JsonOutput.Text(splits);

    private static void Bars(StringBuilder text, string heading, IReadOnlyList<SplitStatistics> splits, IReadOnlyList<string> names,
        Func<SplitStatistics, IReadOnlyList<int>> counts)
    {
        List<string> columns = [heading];
        foreach (var split in splits) columns.AddRange([$">{split.Split}", ">%", ""]);
        var rows = names.Select((name, i) =>
        {
            List<string> cells = [name];
            foreach (var split in splits)
            {
                var own = counts(split);
                cells.AddRange([Number(own[i]), Share(own[i], own.Sum()), Bar(own[i], own.Max())]);
            }

            return (IReadOnlyList<string>)cells;
        });
        text.Append('\n').Append(TextTable.Format(columns, rows));
    }

    private static IEnumerable<(int Order, IReadOnlyList<string> Cells)> Rows(SplitStatistics split)
    {
        (string Name, Quantiles? Spread, string Format)[] measures =
        [
            ("photo width, pixels", split.PhotoWidth, "0"), ("photo height, pixels", split.PhotoHeight, "0"),
            ("box width, pixels", split.BoxWidth, "0"),
            ("box height, pixels", split.BoxHeight, "0"), ("box width / height", split.Aspect, "0.00"),
            ("box height / photo height", split.HeightShare, "0.00"),
        ];
        for (var i = 0; i < measures.Length; i++)
        {
            if (measures[i].Spread is not { } spread) continue;
            double[] values = [spread.Minimum, spread.Low, spread.Median, spread.High, spread.Maximum];
            yield return (i, [measures[i].Name, split.Split,
                .. values.Select(value => value.ToString(measures[i].Format, CultureInfo.InvariantCulture))]);
        }
    }

    private static List<string> Labels(Histogram histogram, bool wholeNumbers = false) =>
    [
        .. histogram.Edges.Select((edge, i) =>
            i + 1 == histogram.Edges.Count ? Invariant($"{edge} and more")
            : wholeNumbers ? Invariant($"{edge}")
            : Invariant($"{edge} to {histogram.Edges[i + 1]}")),
    ];

    private static string Bar(int count, int largest)
    {
        var eighths = largest == 0 ? 0 : (int)Math.Ceiling((double)count / largest * BarWidth * 8);
        return new string('█', eighths / 8) + (eighths % 8 > 0 ? Eighths[eighths % 8] : "");
    }

    private static string Share(int count, int total) => total == 0 ? "0.0" : Invariant($"{100.0 * count / total:0.0}");

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
