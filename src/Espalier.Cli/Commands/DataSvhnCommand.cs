using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Svhn;
using Espalier.Pipelines;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data svhn FOLDER… --output OUT</c>: SVHN's digitStruct.mat and photos become a YOLO folder.</summary>
internal sealed class DataSvhnCommand : Verb
{
    private const int MostProblemsShown = 10;

    private readonly Argument<string[]> _folders =
        new("folders") { Description = "Folders of numbered photos beside a digitStruct.mat", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _output =
        new("--output") { Description = "The folder to write: not there yet, or empty", HelpName = "folder", Required = true };
    private readonly Option<string[]> _splits = new("--split")
    {
        Description = "Which photos make a split, once for each split: "
            + "a folder's name or * for any, and if wanted : and a pattern of the photos' names: "
            + "a number (12), a range (1-200), a name with * in it (*0), or ^ (not) and one of these [default: train=*:^*0 and val=*:*0]",
        HelpName = "name=folder:pattern,…",
    };

    private readonly Option<bool> _link = new("--link") { Description = "Link photos instead of copying them, where the file system can" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a data set that is already there" };
    private readonly Option<bool> _keepPartial = CommonOptions.KeepPartial();
    private readonly Option<bool> _json = CommonOptions.Json();

    public DataSvhnCommand(TerminalSession terminal)
        : base(terminal, "svhn", "Turn SVHN's format 1 (photos, digitStruct.mat) into a YOLO folder") =>
            Takes([_folders, _output, _splits, _link, _overwrite, _keepPartial, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier data svhn train --output svhn",
        "espalier data svhn train extra --output svhn --split \"train=train:^*0,extra\" --split \"val=train:*0\"",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var rule = parsed.GetValue(_splits) is { Length: > 0 } texts ? SplitRule.Parse(texts) : null;
        var sources = parsed.GetValue(_folders)!.Select(SvhnSource.FromFolder).ToList();
        var options = new ConversionOptions
        {
            Placement = parsed.GetValue(_link) ? PhotoPlacement.HardLink : PhotoPlacement.Copy,
            Overwrite = parsed.GetValue(_overwrite),
            KeepPartial = parsed.GetValue(_keepPartial),
        };
        var report = SvhnConverter.Convert(sources, parsed.GetValue(_output)!, rule, options,
            new PhotoProgressTeller(new TerminalListener(terminal), "converting"), terminal.Interrupted);
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(report) : ToText(report));
        return ExitCodes.Done;
    }

    /// <summary>What was converted, for a person.</summary>
    /// <param name="report">All of it.</param>
    /// <param name="done">What stands before the data set's file.</param>
    public static string ToText(ConversionReport report, string done = "Written")
    {
        var lines = report.Splits.Select(split =>
            $"{split.Name}: {PlainText.Counted(split.Photos, "photo")}, {PlainText.Counted(split.Boxes, "box", "boxes")}").ToList();
        if (report.Unassigned > 0) lines.Add($"left out because no split takes them: {PlainText.Counted(report.Unassigned, "photo")}");
        lines.AddRange(report.Problems.GroupBy(problem => problem.Kind).OrderBy(group => group.Key)
            .Select(group => Invariant($"{group.Key.Info().Name}: {group.Sum(problem => problem.Count):N0}")));
        lines.AddRange(report.Problems.Take(MostProblemsShown).Select(problem => $"  {problem.Path}: {problem.Reason}"));
        if (report.Problems.Count > MostProblemsShown)
            lines.Add(Invariant($"  and {report.Problems.Count - MostProblemsShown:N0} more (--json names all)"));
        lines.Add($"{done}: {report.Configuration}");
        return string.Join('\n', lines.Select(PlainText.OneLine)) + "\n";
    }

    /// <summary>All of it, for a program.</summary>
    public static string ToJson(ConversionReport report) => JsonOutput.Text(new
    {
        report.Configuration,
        report.Splits,
        report.Unassigned,
        Problems = report.Problems.Select(
            problem => new { problem.Path, problem.Reason, Kind = problem.Kind.Info().Name, problem.Count, problem.PhotoSkipped }),
    });
}
