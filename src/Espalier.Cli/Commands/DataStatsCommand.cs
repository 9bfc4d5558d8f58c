using System.CommandLine;
using Espalier.Cli.Checks;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Statistics;
using Espalier.Datasets.Yolo;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data stats data.yaml</c>: what the splits consist of, in numbers.</summary>
internal sealed class DataStatsCommand : Verb
{
    private readonly Argument<string> _data = new("data") { Description = "A data.yaml, or the folder that holds it" };
    private readonly Option<string[]> _splits =
        new("--split") { Description = "Only these splits [default: all]", HelpName = "name", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _keepPartial = CommonOptions.KeepPartial();
    private readonly Option<bool> _json = CommonOptions.Json();

    public DataStatsCommand(TerminalSession terminal)
        : base(terminal, "stats", "Count classes, objects, sizes and positions, split by split") =>
            Takes([_data, _splits, _keepPartial, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } = ["espalier data stats svhn/data.yaml",
        "espalier data stats svhn --split val --json"];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var configuration = DataConfiguration.Read(parsed.GetValue(_data)!);
        List<string> splits = [.. parsed.GetValue(_splits) is { Length: > 0 } named
            ? named.Distinct() : configuration.Splits.Keys.Where(split => !configuration.IsAbsent(split))];
        if (splits.Count == 0)
            throw new EspalierException($"Nothing that {configuration.Path} names is there: "
                + $"{string.Join(", ", configuration.Splits.Values.SelectMany(sources => sources))}.");
        var options = new ScanOptions { KeepPartial = parsed.GetValue(_keepPartial) };
        var progress = new ProgressLine(terminal);
        var scanned = splits.Select(split => (Split: split,
            Dataset: DatasetScanner.Scan(configuration, split, options, new Reporter(progress, split), terminal.Interrupted))).ToList();
        var statistics = scanned.ConvertAll(pair => SplitStatistics.Of(pair.Split, pair.Dataset));
        terminal.Clear();
        foreach (var (split, dataset) in scanned.Where(pair => pair.Dataset.Problems.Count > 0))
            terminal.Say($"{split}: {dataset.Problems.Count} doubtful files are left out "
                + $"or mended{dataset.LeftOutText}; espalier data check tells which");
        foreach (var absent in configuration.Splits.Keys.Except(scanned.Select(pair => pair.Split)).Where(configuration.IsAbsent))
            terminal.Say($"{absent} is not there: {string.Join(", ", configuration.Sources(absent))}");
        terminal.Output.Write(parsed.GetValue(_json) ? StatisticsText.ToJson(statistics) : StatisticsText.ToText(statistics));
        return ExitCodes.Done;
    }

    private sealed class Reporter(ProgressLine progress, string split) : IProgress<PhotoProgress>
    {
        private readonly Lock _lock = new();

        public void Report(PhotoProgress value)
        {
            lock (_lock) progress.Update($"scanning {split}", value.Done, value.Total);
        }
    }
}
