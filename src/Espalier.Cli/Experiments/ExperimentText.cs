using System.Globalization;
using Espalier.Cli.Terminal;
using Espalier.Reports;

namespace Espalier.Cli.Experiments;

/// <summary>An experiment's outcome for the terminal.</summary>
internal static class ExperimentText
{
    /// <summary>A row a model.</summary>
    public static string Summary(ThinningReport report) => TextTable.Format(
        ["model", ">parameters", ">GFLOPs", ">s an epoch", ">ms", ">P", ">R", ">mAP50", ">mAP50-95", ">than dense"],
        report.Models.Select(model => new[]
        {
            model.Name + (model == report.Chosen ? " *" : ""), Text($"{model.Parameters:N0}"), Text($"{model.MultiplyAdds * 2 / 1e9:0.000}"), Text($"{model.SecondsAnEpoch:0.0}"), Text($"{model.Milliseconds:0.00}"),
            Text($"{model.First.Precision:0.000}"), Text($"{model.First.Recall:0.000}"), Text($"{model.First.MeanAveragePrecision50:0.000}"), Text($"{model.First.MeanAveragePrecision:0.000}"),
            model.First.ThanDense is { } difference ? Text($"{difference.Value * 100:+0.0;-0.0;0.0}") : "",
        }));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
