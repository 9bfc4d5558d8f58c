using System.Globalization;
using System.Text;

namespace Espalier.Reports.Experiments;

/// <summary>An experiment's report as Markdown and as CSV.</summary>
internal static class ThinningText
{
    /// <summary>For a repository or a note: tables, pictures by their files beside it, commands.</summary>
    public static string Markdown(ThinningReport report, IReadOnlyList<ReportPicture> pictures)
    {
        var text = new StringBuilder($"# {report.Name}\n\n");
        foreach (var sentence in ThinningTable.Conclusion(report)) text.Append(sentence).Append('\n');
        text.Append('\n').Append(report.Data).Append(' ').Append(report.Machine).Append("\n\n");
        for (var split = 0; split < report.Splits.Count; split++)
        {
            text.Append("## Judged on ").Append(report.Splits[split])
                .Append(CultureInfo.InvariantCulture, $" ({report.Dense.Accuracy[split].Pictures:N0} pictures)\n\n");
            Table(text, ThinningTable.Heads,
                [.. ThinningTable.Rows(report, split).Select(row => row.Cells), .. split == 0 ? ThinningTable.PaperRows(report) : []]);
        }

        if (report.Expected.Count > 0)
        {
            text.Append("## Expected\n\n");
            Table(text, ExpectedFigure.Heads, report.Expected.Select(figure => figure.Cells));
        }

        text.Append("## Cuts\n\n");
        Table(text, ThinningTable.CutHeads, ThinningTable.CutRows(report));
        text.Append(ThinningTable.Steps(report)).Append("\n\n");
        foreach (var picture in pictures)
            text.Append($"## {picture.Title}\n\n![{picture.Title}](pictures/{Path.GetFileName(picture.File)})\n\n");
        text.Append("## Commands\n\nEverything:\n\n```\n").Append(report.Command).Append("\n```\n\nRow by row:\n\n```\n");
        foreach (var model in report.Models)
            text.Append("# ").Append(model.Name).Append('\n').AppendJoin('\n', model.Commands).Append('\n');
        return text.Append("```\n").ToString();
    }

    /// <summary>For a spreadsheet: a row a model and split, bare numbers.</summary>
    public static string Csv(ThinningReport report)
    {
        var text = new StringBuilder(
            "model,split,criterion,parameters,gflops,weight_bytes,onnx_bytes,seconds_an_epoch,ms_a_picture,ms_95th_percentile,"
                + "pictures_a_second,precision,recall,mAP50,mAP50-95,mean_iou,against_dense,against_dense_low,against_dense_high,"
                + "against_random,mAP50_as_cut\n");
        foreach (var model in report.Models)
        {
            foreach (var a in model.Accuracy)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{model.Name},{a.Split},{model.Cut?.Criterion},{model.Parameters},{model.MultiplyAdds * 2 / 1e9:0.######},"
                        + $"{model.WeightBytes},"
                        + $"{model.OnnxBytes},{model.SecondsAnEpoch:0.###},{model.Milliseconds:0.####},{model.Milliseconds95:0.####},"
                        + $"{model.PicturesPerSecond:0.#},");
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{a.Precision:0.#####},{a.Recall:0.#####},{a.MeanAveragePrecision50:0.#####},{a.MeanAveragePrecision:0.#####},"
                        + $"{a.MeanIoU:0.#####},");
                text.Append(CultureInfo.InvariantCulture,
                    $"{a.ThanDense?.Value:0.#####},{a.ThanDense?.Low:0.#####},{a.ThanDense?.High:0.#####},{a.ThanRandom?.Value:0.#####},");
                text.Append(CultureInfo.InvariantCulture,
                    $"{(a == model.First ? model.Cut?.Before.MeanAveragePrecision50 : null):0.#####}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>A table in Markdown.</summary>
    internal static void Table(StringBuilder text, IReadOnlyList<string> heads, IEnumerable<string[]> rows)
    {
        text.Append("| ").AppendJoin(" | ", heads).Append(" |\n|").AppendJoin('|', heads.Select((_, i) => i == 0 ? "-" : "-:"))
            .Append("|\n");
        foreach (var row in rows) text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        text.Append('\n');
    }
}
