using System.CommandLine;
using Espalier.Cli.Experiments;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Pipelines.Experiments;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier experiment FILE.yaml</c>: the whole chain in one command, from the baseline to the report.</summary>
internal sealed class ExperimentCommand : Verb
{
    private readonly Argument<string> _file = new("file") { Description = "The experiment as YAML; see docs/experiments.md" };
    private readonly Option<string?> _data = CommonOptions.OptionalText("--data", "Another data.yaml than the file names", "file");
    private readonly Option<string> _project = CommonOptions.Project();

    public ExperimentCommand(TerminalSession terminal)
        : base(terminal, "experiment", "Train, train sparsely, cut, fine-tune, judge, time and report; goes on where it was "
            + "stopped") => Takes([_file, _data, _project]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier experiment experiments/street.yaml",
        "espalier experiment experiments/svhn-fast.yaml --data svhn/data.yaml",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var (file, data, project) = (parsed.GetValue(_file)!, parsed.GetValue(_data), parsed.GetValue(_project)!);
        var plan = ExperimentFile.Read(file, data, name => new ExperimentFolder(Path.Combine(project, name)).Street, terminal.Say);
        var folder = new ExperimentFolder(Path.Combine(project, plan.Name));
        var command = $"espalier experiment {CommandWord.Quote(file)}"
            + (data is null ? "" : $" --data {CommandWord.Quote(data)}")
            + (project == "runs" ? "" : $" --project {CommandWord.Quote(project)}");
        if (ExperimentRun.Run(plan, folder, command, terminal) is not { } report) return ExitCodes.Failed;
        terminal.Output.Write(ExperimentText.Summary(report));
        terminal.Output.Write($"\nReport: {folder.Html} (also report.md and report.csv)\n");
        if (report.Expected.Count == 0) return ExitCodes.Done;
        terminal.Output.Write($"\n{ExperimentText.Expected(report)}");
        var differing = report.Expected.Count(figure => !figure.Holds);
        return differing == 0 ? ExitCodes.Done
            : throw new EspalierException($"{differing} of the {report.Expected.Count} figures that '{file}' expects came out otherwise.");
    }
}
