using System.CommandLine;
using Espalier.Cli.Checks;
using Espalier.Cli.Terminal;
using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Listing;
using Espalier.Datasets.Yolo;
using Espalier.Pipelines;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data new FOLDER --output OUT</c>: a data set of a folder of photos, or of what a labelling tool exported.</summary>
internal sealed class DataNewCommand : Verb
{
    private readonly Argument<string> _folder = Folder();
    private readonly Option<string> _output =
        new("--output") { Description = "The folder to write: not there yet, or empty", HelpName = "folder", Required = true };
    private readonly Option<string[]> _classes = new("--classes")
    {
        Description = "The classes' names, in the order of their numbers; default those of a classes.txt in the folder",
        HelpName = "name",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _link = new("--link") { Description = "Link photos instead of copying them, where the file system can" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a data set that is already there" };
    private readonly Option<bool> _keepPartial = CommonOptions.KeepPartial();
    private readonly Option<bool> _json = CommonOptions.Json();

    public DataNewCommand(TerminalSession terminal)
        : base(terminal, "new", "Make a data set of a folder of photos, a fifth of them to judge by") =>
            Takes([_folder, _output, _classes, _link, _overwrite, _keepPartial, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier data new export --output set",
        "espalier data new photos --output set --classes cat dog",
    ];

    /// <summary>A folder of photos in any form that is known.</summary>
    public static Argument<string> Folder() =>
        new("folder") { Description = "Photos, with label files or without; or what Label Studio, Roboflow, CVAT or labelImg exported" };

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var progress = new TerminalListener(terminal);
        var classes = parsed.GetValue(_classes) is { Length: > 0 } names ? names : null;
        var source = NewDataset.List(parsed.GetValue(_folder)!, classes, new PhotoProgressTeller(progress, "comparing"),
            terminal.Interrupted);
        var options = new ConversionOptions
        {
            Placement = parsed.GetValue(_link) ? PhotoPlacement.HardLink : PhotoPlacement.Copy,
            Overwrite = parsed.GetValue(_overwrite),
            KeepPartial = parsed.GetValue(_keepPartial),
            Remark = "A folder of photos, by espalier data new.",
        };
        var report = DatasetConversion.Convert(source, DatasetFormats.Named("yolo"), parsed.GetValue(_output)!, options,
            new PhotoProgressTeller(progress, "writing"), terminal.Interrupted);
        terminal.Clear();
        var (backgrounds, counts) = Count(report, terminal.Interrupted);
        terminal.Output.Write(parsed.GetValue(_json) ? DataSvhnCommand.ToJson(report) : DataSvhnCommand.ToText(report)
            + $"Classes and their boxes: {ClassCounts.ToText(source.ClassNames, counts)}; "
            + Invariant($"photos without a box: {backgrounds}\n"));
        if (ClassCounts.Note(source.ClassNames, counts) is { } note) terminal.Say(note);
        var boxes = report.Splits.Sum(split => split.Boxes);
        terminal.Say(boxes == 0
            ? $"Nothing is labelled yet: put label files into {Path.Combine(Path.GetDirectoryName(report.Configuration)!, "labels")}, or "
                + $"begin with espalier data prelabel."
            : $"Next: espalier data check {CommandWord.Quote(report.Configuration)}");
        return ExitCodes.Done;
    }

    /// <summary>The photos without an object, and the boxes of each class, over all splits of what was written.</summary>
    private static (int Backgrounds, int[] Boxes) Count(ConversionReport report, CancellationToken interrupted)
    {
        var configuration = DataConfiguration.Read(report.Configuration);
        var (backgrounds, boxes) = (0, new int[configuration.ClassNames.Count]);
        var options = new ScanOptions { AllowUnlabelled = true };
        foreach (var split in report.Splits)
        {
            var totals = DatasetStatistics.Of(DatasetScanner.Scan(configuration, split.Name, options, null, interrupted));
            backgrounds += totals.BackgroundPhotos;
            for (var i = 0; i < boxes.Length; i++) boxes[i] += totals.ObjectsPerClass[i];
        }

        return (backgrounds, boxes);
    }
}
