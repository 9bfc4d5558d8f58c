using Espalier.Cli.Terminal;
using Espalier.Reports.Experiments;

namespace Espalier.Cli.Experiments;

/// <summary>An experiment's outcome for the terminal.</summary>
internal static class ExperimentText
{
    /// <summary>A row a model, and what the table means by its last column and its star.</summary>
    public static string Summary(ThinningReport report) => TextTable.Format(
        ["model", ">parameters", ">GFLOPs", ">s an epoch", ">ms", ">95 % within", ">P", ">R", ">mAP50", ">mAP50-95", ">against dense"],
        report.Models.Select(model => new[]
        {
            model.Name + (model == report.Chosen ? " *" : ""), Invariant($"{model.Parameters:N0}"), Invariant(
                $"{model.MultiplyAdds * 2 / 1e9:0.000}"), Invariant($"{model.SecondsAnEpoch:0.0}"), Invariant($"{model.Milliseconds:0.00}"),
            Invariant($"{model.Milliseconds95:0.00}"),
            Invariant($"{model.First.Precision:0.000}"), Invariant($"{model.First.Recall:0.000}"),
            Invariant($"{model.First.MeanAveragePrecision50:0.000}"), Invariant($"{model.First.MeanAveragePrecision:0.000}"),
            model.First.ThanDense is { } difference ? Invariant($"{difference.Value * 100:+0.0;-0.0;0.0}") : "",
        })) + "against dense: points of mAP50; *: the one that the report puts forward\n"
            + (report.TimingDoubt is { } doubt ? $"\n{doubt}\n" : "");

    /// <summary>A row a figure that was expected.</summary>
    public static string Expected(ThinningReport report) => TextTable.Format(
        [.. ExpectedFigure.Heads.Select((head, column) => column is >= 2 and <= 4 ? $">{head}" : head)],
        report.Expected.Select(figure => figure.Cells));
}
