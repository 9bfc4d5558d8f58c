using Espalier.Cli.Terminal;
using Espalier.Pipelines.Experiments;
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

    /// <summary>A row a figure that was expected, and how many of them differ by more than their tolerance.</summary>
    public static (string Text, int Differing) Expected(IReadOnlyList<Expectation> expected, ThinningReport report)
    {
        var rows = expected.Select(expectation =>
        {
            var model = report.Models.First(model => model.Name == expectation.Model);
            return (Expectation: expectation, Found: expectation.Of(model.First, model.Parameters, model.MultiplyAdds));
        }).ToList();
        var text = TextTable.Format(["model", "figure", ">expected", ">tolerance", ">found", ""], rows.Select(row =>
        {
            var (expected, found) = row;
            return new[]
            {
                expected.Model, expected.Figure, Number(expected.Value), expected.Tolerance == 0 ? "exact" : Number(expected.Tolerance),
                Number(found),
                expected.Holds(found) ? "as expected"
                    : $"differs: {Number(Math.Abs(found - expected.Value))} {(found > expected.Value ? "more" : "less")}",
            };

            // Parameters and operations are counted, the others are shares.
            string Number(double value) => expected.Value < 10 ? Invariant($"{value:0.0000}") : Invariant($"{value:N0}");
        }));
        return (text, rows.Count(row => !row.Expectation.Holds(row.Found)));
    }
}
