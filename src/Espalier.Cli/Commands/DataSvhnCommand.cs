using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Datasets;
using Espalier.Datasets.Svhn;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data svhn FOLDER… --output OUT</c>: SVHN's digitStruct.mat and photos become a YOLO folder.</summary>
internal sealed class DataSvhnCommand : Command
{
    private const int MostProblemsShown = 10;

    private readonly Argument<string[]> _folders = new("folders") { Description = "Folders of numbered photos beside a digitStruct.mat", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _output = new("--output") { Description = "The folder to write: not there yet, or empty", Required = true };
    private readonly Option<string[]> _splits = new("--split")
    {
        Description = "Which photos go into a split, once a split: NAME=ITEM,ITEM… where an item is FOLDER or FOLDER:PATTERN, and a pattern a number (12), a range (1-200), "
            + "a name with * in it (*0), or ! and one of these; * is any folder. Default: val=*:*0 and train=*:!*0",
    };

    private readonly Option<bool> _link = new("--link") { Description = "Link photos instead of copying them, where the file system can" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a data set that is already there" };
    private readonly Option<bool> _json = CommonOptions.Json();

    public DataSvhnCommand(TerminalSession terminal)
        : base("svhn", "Turn SVHN's format 1 into a YOLO folder. Example: espalier data svhn train --output svhn --split \"train=train:!*0\" --split \"val=train:*0\"")
    {
        CommonOptions.AddAll(this, [_folders, _output, _splits, _link, _overwrite, _json]);
        SetAction(parsed => Run(parsed, terminal));
    }

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var sources = parsed.GetValue(_folders)!.Select(SvhnSource.FromFolder).ToList();
        var rule = parsed.GetValue(_splits) is { Length: > 0 } texts ? SplitRule.Parse(texts) : null;
        var options = new SvhnConversionOptions
        {
            Placement = parsed.GetValue(_link) ? PhotoPlacement.HardLink : PhotoPlacement.Copy,
            Overwrite = parsed.GetValue(_overwrite),
        };
        var progress = new ProgressLine(terminal);
        var report = SvhnConverter.Convert(sources, parsed.GetValue(_output)!, rule, options, new Reporter(progress), terminal.Interrupted);
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(report) : ToText(report));
        return ExitCodes.Done;
    }

    private static string ToText(ConversionReport report)
    {
        var lines = report.Splits.Select(split => Text($"{split.Name}: {split.Photos:N0} photos, {split.Boxes:N0} boxes")).ToList();
        if (report.Unassigned > 0) lines.Add(Text($"left out because no split takes them: {report.Unassigned:N0} photos"));
        lines.AddRange(report.Problems.GroupBy(problem => problem.Kind).OrderBy(group => group.Key).Select(group => Text($"{group.Key}: {group.Sum(problem => problem.Count):N0}")));
        lines.AddRange(report.Problems.Take(MostProblemsShown).Select(problem => $"  {problem.Path}: {problem.Reason}"));
        if (report.Problems.Count > MostProblemsShown) lines.Add(Text($"  and {report.Problems.Count - MostProblemsShown:N0} more (--json names all)"));
        lines.Add($"Written: {report.Configuration}");
        return string.Join('\n', lines) + "\n";
    }

    private static string ToJson(ConversionReport report) => JsonSerializer.Serialize(
        new
        {
            report.Configuration,
            report.Splits,
            report.Unassigned,
            Problems = report.Problems.Select(problem => new { problem.Path, problem.Reason, Kind = problem.Kind.ToString(), problem.Count, problem.PhotoSkipped }),
        },
        JsonOutput.Format) + "\n";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reports come from several threads.</summary>
    private sealed class Reporter(ProgressLine progress) : IProgress<PhotoProgress>
    {
        private readonly Lock _lock = new();

        public void Report(PhotoProgress value)
        {
            lock (_lock) progress.Update("converting", value.Done, value.Total);
        }
    }
}
