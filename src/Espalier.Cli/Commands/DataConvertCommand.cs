using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Datasets.Formats;
using Espalier.Pipelines;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data convert DATA… --output OUT</c>: a data set of one form becomes one of another.</summary>
internal sealed class DataConvertCommand : Verb
{
    private readonly Argument<string[]> _data = new("data")
    {
        Description = "COCO's annotation files or their folder, a folder of Pascal VOC's, a data.yaml or its folder, or folders of photos "
            + "beside a digitStruct.mat",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _output =
        new("--output") { Description = "The folder to write: not there yet, or empty", HelpName = "folder", Required = true };
    private readonly DescribedOptions<Form> _form = new(new OptionTable<Form>(), new Form());
    private readonly Option<bool> _link = new("--link") { Description = "Link photos instead of copying them, where the file system can" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a data set that is already there" };
    private readonly Option<bool> _keepPartial = CommonOptions.KeepPartial();
    private readonly Option<bool> _json = CommonOptions.Json();

    public DataConvertCommand(TerminalSession terminal)
        : base(terminal, "convert", "Turn a data set of one form into one of another: COCO, Pascal VOC, YOLO, SVHN's format 1") =>
            Takes([_data, _output, .. _form.All, _link, _overwrite, _keepPartial, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier data convert annotations/instances_train2017.json --output coco-yolo",
        "espalier data convert export --output set",
        "espalier data convert svhn/data.yaml --to coco --output svhn-coco",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var source = DatasetFormats.List(parsed.GetValue(_data)!, terminal.Interrupted);
        var options = new ConversionOptions
        {
            Placement = parsed.GetValue(_link) ? PhotoPlacement.HardLink : PhotoPlacement.Copy,
            Overwrite = parsed.GetValue(_overwrite),
            KeepPartial = parsed.GetValue(_keepPartial),
        };
        var target = DatasetFormats.Named(_form.Read(parsed).To);
        var report = DatasetConversion.Convert(source, target, parsed.GetValue(_output)!, options,
            new PhotoProgressTeller(new TerminalListener(terminal), "converting"), terminal.Interrupted);
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json) ? DataSvhnCommand.ToJson(report) : DataSvhnCommand.ToText(report));
        return ExitCodes.Done;
    }

    private sealed record Form
    {
        [Option("--to", "The form to write: a YOLO folder with a data.yaml, COCO's or Pascal VOC's annotation files, or SVHN's format 1",
            Words = ["yolo", "coco", "voc", "svhn"])]
        public string To { get; init; } = "yolo";
    }
}
