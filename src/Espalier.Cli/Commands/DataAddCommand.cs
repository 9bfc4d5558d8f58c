using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core.Options;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Listing;
using Espalier.Datasets.Yolo;
using Espalier.Pipelines;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data add FOLDER --to SET/data.yaml</c>: more photos for a data set.</summary>
internal sealed class DataAddCommand : Verb
{
    private readonly Argument<string> _folder = DataNewCommand.Folder();
    private readonly Option<string> _to =
        new("--to") { Description = "The data.yaml that data new wrote, or its folder", HelpName = "data.yaml", Required = true };
    private readonly Option<bool> _link = new("--link") { Description = "Link photos instead of copying them, where the file system can" };
    private readonly Option<bool> _keepPartial = CommonOptions.KeepPartial();
    private readonly Option<bool> _json = CommonOptions.Json();

    public DataAddCommand(TerminalSession terminal)
        : base(terminal, "add", "Add a folder of photos to a data set, whose own stay where they are") =>
            Takes([_folder, _to, _link, _keepPartial, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } = ["espalier data add new --to set/data.yaml"];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var progress = new TerminalListener(terminal);
        var folder = parsed.GetValue(_folder)!;
        var options = new ConversionOptions
        {
            Placement = parsed.GetValue(_link) ? PhotoPlacement.HardLink : PhotoPlacement.Copy,
            KeepPartial = parsed.GetValue(_keepPartial),
        };
        var report = DatasetAddition.Add(folder, parsed.GetValue(_to)!, options, new PhotoProgressTeller(progress, "comparing"),
            new PhotoProgressTeller(progress, "writing"), terminal.Interrupted);
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json) ? DataSvhnCommand.ToJson(report) : DataSvhnCommand.ToText(report, "Added to"));
        if (!NewDataset.NamesClasses(folder))
            terminal.Say($"{folder} names no class: its numbers are taken for those of the data set, "
                + $"{ClassText.Few(DataConfiguration.Read(report.Configuration).ClassNames)}.");
        terminal.Say($"Next: espalier data check {CommandWord.Quote(report.Configuration)}");
        return ExitCodes.Done;
    }
}
