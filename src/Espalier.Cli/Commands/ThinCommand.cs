using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Pipelines.Models;
using Espalier.Pipelines.Thinning;
using Espalier.Reports.Experiments;
using Espalier.Training.Diagnosis;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Cli.Commands;

/// <summary>
/// <c>espalier thin data.yaml --weights dense --milliseconds 0.5 --lose 1</c>: the fastest network within a loss, unattended.
/// </summary>
internal sealed class ThinCommand : Verb
{
    private readonly Argument<string> _data = new("data") { Description = "The data.yaml that the network was trained on" };
    private readonly DescribedOptions<ThinOptions> _options = new(ThinOptions.Table, new ThinOptions { Data = "", Weights = "" });
    private readonly Option<string?> _hyperParameters =
        CommonOptions.OptionalText("--hyp", "A YAML file of hyper-parameters with YOLOv5's names", "file");
    private readonly Option<string> _project = CommonOptions.Project();
    private readonly Option<string> _name =
        CommonOptions.Text("--name", "Its folder there; the same one goes on where it was stopped", "name", "thin");
    private readonly Option<bool> _json = CommonOptions.Json();

    public ThinCommand(TerminalSession terminal)
        : base(terminal, "thin", "Cut, fine-tune and quantize a network as far as a loss allows") =>
        Takes([_data, .. _options.All, _hyperParameters, _project, _name, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier thin data.yaml --weights best.safetensors --milliseconds 0.5",
        "espalier thin data.yaml --weights best.safetensors --lose 0.5 --epochs 40",
        "espalier thin data.yaml --weights best.safetensors --milliseconds 0.8 --no-int8",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var options = Wanted(parsed, terminal);
        var folder = new ThinFolder(Path.Combine(parsed.GetValue(_project)!, parsed.GetValue(_name)!));
        var listener = new TerminalListener(terminal, () => RunListeners.Of(terminal, new EpochBars(terminal)));
        if (new Thinner(options, folder, listener).Run(terminal.Interrupted) is not { } result)
        {
            terminal.Say("Interrupted; nothing is lost. The same command goes on.");
            return ExitCodes.Failed;
        }

        var report = Report(parsed, options, folder, result);
        report.Write(folder.Path);
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(result, folder) : ToText(report, folder));
        return ExitCodes.Done;
    }

    private ThinOptions Wanted(ParseResult parsed, TerminalSession terminal)
    {
        var options = _options.Read(parsed, new ThinOptions { Data = parsed.GetValue(_data)!, Weights = "" });
        options = options with { Weights = ModelFiles.CheckpointFile(options.Weights) };
        return parsed.GetValue(_hyperParameters) is { } file
            ? options with { HyperParameters = HyperParameterFile.Read(file, terminal.Say) }
            : options;
    }

    private ThinReport Report(ParseResult parsed, ThinOptions options, ThinFolder folder, ThinningResult result)
    {
        var dense = result.Steps[0];
        var (hyp, project, name) = (parsed.GetValue(_hyperParameters), parsed.GetValue(_project)!, parsed.GetValue(_name)!);
        var more = (hyp is null ? "" : $" --hyp {CommandWord.Quote(hyp)}")
            + (project == "runs" ? "" : $" --project {CommandWord.Quote(project)}")
            + (name == "thin" ? "" : $" --name {CommandWord.Quote(name)}");
        return new ThinReport
        {
            Result = result,
            Asked = "Asked for: " + (options.Milliseconds is { } wanted ? Invariant($"{wanted} ms a picture") : "as fast as can be")
                + Invariant($", losing no more than {options.Lose} {(options.Lose == 1 ? "point" : "points")} of mAP50."),
            About = Invariant(
                $"{options.Weights} thinned on {options.Data}, judged on {dense.Pictures:N0} pictures of {options.ValidationSplit}, ")
                + "by which epochs and the step were chosen as well. "
                + Invariant($"Measured on {SystemReport.Processor()}, threads {AvailableProcessors.Current.ThreadsFor(options.Threads)}."),
            Command = $"espalier thin {CommandWord.Quote(options.Data)} {options.ToWords()}{more}",
            NextCommand = Next(folder.ChosenFile),
        };
    }

    /// <summary>The command that looks with what was chosen.</summary>
    internal static string Next(string chosen) => $"espalier predict {CommandWord.Quote(chosen)} --source photo.jpg";

    private static string ToText(ThinReport report, ThinFolder folder) => TextTable.Format(
        ["step", ">GFLOPs", ">parameters", ">ms float", ">mAP50", ">points", ">ms int8", ">mAP50", ">points"],
        report.Result.Steps.Select(step => new[]
        {
            step.Name + (step == report.Result.Chosen ? " *" : ""),
            Invariant($"{step.MultiplyAdds * 2 / 1e9:0.000}"), Invariant($"{step.Parameters:N0}"),
            Invariant($"{step.InFloat.Milliseconds:0.000}"), Invariant($"{step.InFloat.MeanAveragePrecision50:0.000}"),
            Points(step.InFloat),
            Invariant($"{step.InInt8?.Milliseconds:0.000}"), Invariant($"{step.InInt8?.MeanAveragePrecision50:0.000}"), Points(step.InInt8),
        })) + $"points: of mAP50, against dense; *: chosen\n\n{report.Conclusion}\n"
            + $"Report: {folder.Html} (also report.md)\nNext: {report.NextCommand}\n";

    private static string Points(ThinnedFile? file) => file is null ? "" : Invariant($"{100 * file.ThanDense.Value:+0.0;-0.0;0.0}");

    private static string ToJson(ThinningResult result, ThinFolder folder) => JsonOutput.Text(new
    {
        File = folder.ChosenFile,
        Weights = folder.ChosenWeights,
        result.IsReached,
        Chosen = result.Chosen.Name,
        result.File.IsInt8,
        result.File.Milliseconds,
        MAP50 = result.File.MeanAveragePrecision50,
        ThanDense = 100 * result.File.ThanDense.Value,
        Steps = result.Steps.Select(step => new
        {
            step.Name,
            step.MultiplyAdds,
            step.Parameters,
            Float = ToJson(step.InFloat),
            Int8 = step.InInt8 is { } int8 ? ToJson(int8) : null,
        }),
    });

    private static object ToJson(ThinnedFile file) => new
    {
        file.Bytes,
        file.Milliseconds,
        MAP50 = file.MeanAveragePrecision50,
        ThanDense = 100 * file.ThanDense.Value,
        Lower = 100 * file.ThanDense.Low,
        Upper = 100 * file.ThanDense.High,
    };
}
