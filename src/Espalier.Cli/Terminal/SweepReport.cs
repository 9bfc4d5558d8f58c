using System.Globalization;
using System.Text;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Pipelines.Pruning;
using Espalier.Reports.Plots;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Cli.Terminal;

/// <summary>What a sweep found, as text, JSON, CSV and a chart.</summary>
/// <param name="sweep">The sweep.</param>
/// <param name="weights">The weights that were cut, as the user called them.</param>
/// <param name="options">How its cuts were made.</param>
internal sealed class SweepReport(PruningSweep sweep, string weights, PruneOptions options)
{
    /// <summary>Shares of the operations that a sweep keeps.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2];

    /// <summary>Writes <c>sweep.csv</c> and <c>sweep.png</c> into a new run folder.</summary>
    /// <returns>The folder.</returns>
    public RunFolder Write(string project, string name, Action<string> note)
    {
        TradeOffLine Line(string called, Func<SweepPoint, DetectionReport> report) =>
            new(called, [.. sweep.Points.Select(point => (point.Operations, report(point).MeanAveragePrecision50))]);
        TradeOffLine[] lines =
        [
            Line("cut", point => point.Cut),
            Line("constants folded on", point => point.Folded),
            Line("batch norms anew", point => point.Written),
        ];
        var title = $"{sweep.Criterion}: accuracy after a cut, without fine-tuning";
        var picture = new TradeOff(title, "mAP50", sweep.Whole.MeanAveragePrecision50, lines, sweep.Cliff);
        return RunFolder.CreateWhole(project, name, made =>
        {
            AtomicFile.WriteAllText(made.File("sweep.csv"), Csv());
            picture.Save(made.File("sweep.png"), note);
        });
    }

    /// <summary>For the terminal.</summary>
    public string ToText(RunFolder folder)
    {
        var table = TextTable.Format(
            [">asked", ">operations", ">parameters", ">cut", ">constants", ">batch norms"],
            sweep.Points.Select(point => new[]
            {
                Invariant($"{point.Asked:0.00}"), Invariant($"{point.Operations:0.000}"),
                Invariant($"{(double)point.Cost.Parameters / sweep.Cost.Parameters:0.000}"),
                Accuracy(point.Cut), Accuracy(point.Folded), Accuracy(point.Written),
            }));
        var text = new StringBuilder(Invariant(
            $"mAP50 of the whole network {Accuracy(sweep.Whole)}; after cuts by {sweep.Criterion}, without fine-tuning:\n\n{table}\n"));
        if (sweep.IsTrained && sweep.Cliff is { } cliff)
            text.Append(CultureInfo.InvariantCulture,
                $"It falls the most between {cliff.Above:0.00} and {cliff.Below:0.00} of the operations.\n");
        text.Append(!sweep.IsTrained
            ? Invariant($"The network itself finds next to nothing (mAP50 below {PruningSweep.LeastAccuracy}), so that no cut can be ")
                + Invariant($"judged: train it first ({Train()}).\n")
            : sweep.Recommended is { } point
            ? Invariant($"Recommended: keep {point.Asked:0.##}, the deepest cut before the first that leaves less than half of the mAP50; ")
                + Invariant($"what is lost, fine-tuning brings back, with pictures enough:\n  {Command(point)}\n")
            : $"Even the mildest cut leaves less than half of the mAP50: train sparsely first ({Train()} --sparsity 0.01), "
                + "or cut in small steps with fine-tuning between.\n");
        return text.Append(CultureInfo.InvariantCulture, $"Chart and table: {folder.File("sweep.png")}, sweep.csv\n").ToString();
    }

    /// <summary>For programs.</summary>
    public string ToJson() => JsonOutput.Text(new
    {
        sweep.Criterion,
        MAP50 = sweep.Whole.MeanAveragePrecision50,
        Recommended = sweep.Recommended?.Asked,
        Cliff = sweep.Cliff is { } cliff ? new[] { cliff.Above, cliff.Below } : null,
        Points = sweep.Points.Select(point => new
        {
            point.Asked,
            point.Operations,
            point.Cost.Parameters,
            Cut = point.Cut.MeanAveragePrecision50,
            Folded = point.Folded.MeanAveragePrecision50,
            Calibrated = point.Written.MeanAveragePrecision50,
        }),
    });

    private string Csv()
    {
        var text = new StringBuilder("asked,operations,parameters,mAP50_cut,mAP50_constants,mAP50_batch_norms,command\n");
        foreach (var point in sweep.Points)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{point.Asked},{point.Operations:0.######},{point.Cost.Parameters},{point.Cut.MeanAveragePrecision50:0.######},"
                    + $"{point.Folded.MeanAveragePrecision50:0.######},{point.Written.MeanAveragePrecision50:0.######},"
                    + $"{CsvField.Quote(Command(point))}\n");
        }

        return text.ToString();
    }

    private string Train() => $"espalier train {CommandWord.Quote(options.Data)} --weights {CommandWord.Quote(weights)}";

    private string Command(SweepPoint point)
    {
        var cut = options with { Target = new KeepShare(PruningMeasure.Operations, point.Asked) };
        return $"espalier prune {CommandWord.Quote(weights)} --data {CommandWord.Quote(options.Data)} {cut.ToWords()}";
    }

    private static string Accuracy(DetectionReport report) => Invariant($"{report.MeanAveragePrecision50:0.000}");
}
