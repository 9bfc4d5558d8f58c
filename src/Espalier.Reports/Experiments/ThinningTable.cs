using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Reports.Experiments;

/// <summary>The paper's table: a column a figure, a row a model, as texts. HTML and Markdown show the same.</summary>
internal static class ThinningTable
{
    /// <summary>The paper's own figures: mAP50 of its dense, sparse and pruned models, and what pruning saved.</summary>
    public const string PaperSentence = "The paper reports mAP50 .82 dense, .81 sparsely trained and .80 pruned, a file 9 % smaller, "
        + "inference 7 % faster and epochs 33 % shorter.";

    /// <summary>The heads of the table's columns; the first one names the model.</summary>
    public static IReadOnlyList<string> Heads { get; } =
    [
        "model", "parameters", "GFLOPs", "weights, MB", "ONNX, MB", "s an epoch", "ms a picture", "95 % within, ms", "pictures/s", "P", "R",
        "mAP50", "mAP50-95", "mean IoU", "mAP50 against dense",
    ];

    /// <summary>The rows for one split.</summary>
    /// <param name="report">The report.</param>
    /// <param name="split">The position of the split.</param>
    public static IEnumerable<(ReportedModel Model, string[] Cells)> Rows(ThinningReport report, int split)
    {
        var (dense, isDoubtful) = (report.Dense, report.TimingDoubt is not null);
        foreach (var model in report.Models)
        {
            var accuracy = model.Accuracy[split];
            yield return (model,
            [
                model.Name, Beside($"{model.Parameters:N0}", model.Parameters, dense.Parameters),
                Beside($"{model.MultiplyAdds * 2 / 1e9:0.000}", model.MultiplyAdds, dense.MultiplyAdds),
                Beside($"{model.WeightBytes / 1e6:0.00}", model.WeightBytes, dense.WeightBytes),
                Beside($"{model.OnnxBytes / 1e6:0.00}", model.OnnxBytes, dense.OnnxBytes),
                Time($"{model.SecondsAnEpoch:0.0}", model.SecondsAnEpoch, dense.SecondsAnEpoch),
                Time($"{model.Milliseconds:0.00}", model.Milliseconds, dense.Milliseconds), Invariant($"{model.Milliseconds95:0.00}"),
                Invariant($"{model.PicturesPerSecond:0}"), Three(accuracy.Precision), Three(accuracy.Recall),
                Three(accuracy.MeanAveragePrecision50), Three(accuracy.MeanAveragePrecision), Three(accuracy.MeanIoU),
                Difference(accuracy.ThanDense),
            ]);
        }

        // What is doubted is put beside nothing.
        string Time(FormattableString value, double amount, double whole) => Beside(value, amount, isDoubtful ? amount : whole);
    }

    /// <summary>
    /// What the paper reports, in the same columns: mAP50 of its dense, sparse and pruned models and what pruning saved. It gives no more
    /// that can be compared. Nothing where the report is not of the paper's data.
    /// </summary>
    public static IEnumerable<string[]> PaperRows(ThinningReport report) => !report.ComparesWithPaper ? [] :
    [
        Paper("the paper's dense", "", "", "", ".82"),
        Paper("the paper's sparse", "", "", "", ".81"),
        Paper("the paper's pruned", "(91 %)", "(67 %)", "(93 %)", ".80"),
    ];

    /// <summary>The heads of the table of cuts.</summary>
    public static IReadOnlyList<string> CutHeads { get; } =
        ["cut", "asked", "FLOPs kept", "parameters kept", "mAP50, step by step", "mAP50 as cut", "against random, as cut",
            "mAP50 fine-tuned", "against random", "against dense"];

    /// <summary>Every cut, before and after fine-tuning.</summary>
    public static IEnumerable<string[]> CutRows(ThinningReport report) => report.Thinned.Select(model => new[]
    {
        model.Cut!.Criterion, model.Cut.Asked, Share(model.MultiplyAdds, report.Dense.MultiplyAdds),
        Share(model.Parameters, report.Dense.Parameters),
        string.Join(" → ", model.Cut.Steps.Select(step => Three(step.MeanAveragePrecision50))),
        Three(model.Cut.Before.MeanAveragePrecision50), Difference(model.Cut.Before.ThanRandom), Three(model.First.MeanAveragePrecision50),
        Difference(model.First.ThanRandom), Difference(model.First.ThanDense),
    });

    /// <summary>What the steps of a cut are: of the one that took most, whose last ones others may have done without.</summary>
    public static string Steps(ThinningReport report)
    {
        var most = report.Thinned.Select(model => model.Cut!.Steps).MaxBy(steps => steps.Count)!;
        return $"Step by step: {string.Join(", then ", most.Select(step => step.Step))}; what was cut last is what "
            + "fine-tuning starts from.";
    }

    /// <summary>What came of it, in sentences.</summary>
    public static IReadOnlyList<string> Conclusion(ThinningReport report)
    {
        var (dense, chosen) = (report.Dense, report.Chosen);
        var difference = chosen.First.ThanDense;
        var verdict = dense.First.MeanAveragePrecision50 < EpochRecord.Worthwhile
            ? "of networks that find next to nothing: what a cut costs, only longer training tells"
            : chosen.First.MeanAveragePrecision50 >= dense.First.MeanAveragePrecision50 - ThinningReport.AllowedLoss
            ? "the thinnest model within a point of the dense one"
            : "the most accurate thinned model; none is within a point of the dense one";
        return
        [
            .. report.TimingDoubt is { } doubt ? [doubt] : (string[])[],
            Invariant($"{chosen.Name}, {verdict}: {Percent(chosen.MultiplyAdds, dense.MultiplyAdds, "fewer")} operations, ")
                + Invariant($"{Percent(chosen.Parameters, dense.Parameters, "fewer")} parameters, ")
                + Invariant($"an ONNX file of {chosen.OnnxBytes / 1e6:0.00} MB instead of {dense.OnnxBytes / 1e6:0.00}."),
            .. report.TimingDoubt is null ? [Times(dense, chosen)] : (string[])[],
            Invariant($"mAP50 on {report.Splits[0]} is {chosen.First.MeanAveragePrecision50:0.000} and was ")
                + Invariant($"{dense.First.MeanAveragePrecision50:0.000}")
                    + (difference is null ? "" : $": {Difference(difference)} points, 95 % interval by paired bootstrap")
                + Invariant($"; mAP50-95 is {chosen.First.MeanAveragePrecision:0.000} and was {dense.First.MeanAveragePrecision:0.000}."),
            .. report.ComparesWithPaper ? [PaperSentence] : (string[])[],
        ];
    }

    private static string Times(ReportedModel dense, ReportedModel chosen) =>
        Invariant($"A picture takes {chosen.Milliseconds:0.00} ms instead of {dense.Milliseconds:0.00} ")
        + Invariant($"({dense.Milliseconds / chosen.Milliseconds:0.00} × as fast; medians of calls, of which 95 % take up to ")
        + Invariant($"{chosen.Milliseconds95:0.00} and {dense.Milliseconds95:0.00} ms), ")
        + Invariant($"an epoch of training {Percent(chosen.SecondsAnEpoch, dense.SecondsAnEpoch, "less")} time.");

    /// <summary>A difference in points of mAP50 with its interval.</summary>
    public static string Difference(ReportedDifference? difference) => difference is null ? ""
        : $"{Points(difference.Value)} ({Points(difference.Low)} … {Points(difference.High)})";

    private static string Points(double difference) => Invariant($"{difference * 100:+0.0;−0.0;0.0}");

    private static string[] Paper(string name, string size, string epoch, string time, string accuracy) =>
        [name, "", "", size, "", epoch, time, "", "", "", "", accuracy, "", "", ""];

    private static string Percent(double after, double before, string less) =>
        after <= before ? Invariant($"{(1 - after / before) * 100:0} % {less}") : Invariant($"{(after / before - 1) * 100:0} % more");

    private static string Beside(FormattableString value, double amount, double whole) =>
        amount == whole ? Invariant(value) : Invariant($"{Invariant(value)} ({amount / whole * 100:0} %)");

    private static string Share(double after, double before) => Invariant($"{after / before:0.000}");

    private static string Three(double value) => Invariant($"{value:0.000}");
}
