using System.CommandLine;
using System.Globalization;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Benchmarks;
using Espalier.Pipelines.Latency;
using Espalier.Pipelines.Models;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier bench MODEL…</c>: how long each stage of a detection takes, models in turn, round after round.</summary>
internal sealed class BenchCommand : Verb
{
    private readonly Argument<string[]> _models =
        new("models") { Description = "Checkpoints, .onnx, safetensors or YOLOv5 .pt files", Arity = ArgumentArity.OneOrMore };
    private readonly DescribedOptions<BenchOptions> _options = new(BenchOptions.Table, new BenchOptions());
    private readonly Option<bool> _nodes =
        new("--nodes") { Description = "Tell instead where the time goes within .onnx files, operation by operation" };
    private readonly Option<int?> _plans = new("--latency-table")
    {
        Description = "Hold this machine's latency table, measured where there is none, against so many thinned variants of a checkpoint",
        HelpName = "plans",
    };

    private readonly Option<bool> _int8 = new("--int8") { Description = "With --latency-table: of int8 files instead of float ones" };
    private readonly Option<bool> _json = CommonOptions.Json();

    public BenchCommand(TerminalSession terminal)
        : base(terminal, "bench", "Measure how fast models are") => Takes([_models, .. _options.All, _nodes, _plans, _int8, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier bench best.onnx",
        "espalier bench thinned.onnx --against dense.onnx --threads 2 --source photos",
        "espalier bench best.onnx best.safetensors --image-size 160,320 --batch 1,8 --json",
        "espalier bench best.int8.onnx --nodes",
        "espalier bench best.safetensors --latency-table 30",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var (models, options) = (parsed.GetValue(_models)!, _options.Read(parsed));
        if (parsed.GetValue(_plans) is { } plans) return CheckTable(models, plans, options, parsed, terminal);
        CommonOptions.RefuseWithout(parsed, _plans.Name, _int8);
        if (parsed.GetValue(_nodes)) return Profile(models, options, parsed, terminal);
        var results = SpeedBenchmark.Run(models, options, new TerminalListener(terminal), terminal.Interrupted);
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json) ? JsonOutput.Text(results) : ToText(results));
        return ExitCodes.Done;
    }

    private int Profile(string[] models, BenchOptions options, ParseResult parsed, TerminalSession terminal)
    {
        string[] without = [.. _options.Given(parsed).Select(entry => entry.Name).Except(["--image-size", "--threads"]),
            .. parsed.GetValue(_json) ? [_json.Name] : Array.Empty<string>()];
        if (without is [var name, ..]) throw new OptionException($"{name} has no effect together with --nodes");
        if (models.FirstOrDefault(model => !ModelFiles.IsOnnx(model)) is { } other)
            throw new OptionException($"--nodes takes .onnx files, not '{other}'; espalier export writes one.");
        foreach (var model in models)
            terminal.Output.WriteLine(ToText(model,
                NodeProfile.Measure(model, options.ImageSizes is [var side, ..] ? side : null, options.Threads)));
        return ExitCodes.Done;
    }

    private int CheckTable(string[] models, int plans, BenchOptions options, ParseResult parsed, TerminalSession terminal)
    {
        OptionException.ThrowIfOutside(plans, 1, 1000, "The number of plans");
        if (_options.Given(parsed).Select(entry => entry.Name).Except(["--threads", "--batch"]).FirstOrDefault() is { } name)
            throw new OptionException($"{name} has no effect together with --latency-table");
        if (parsed.GetValue(_nodes)) throw new OptionException("--nodes has no effect together with --latency-table");
        if (models is not [var model] || ModelFiles.IsOnnx(model)) throw new OptionException("--latency-table takes one checkpoint");
        if (options.Batches.Count > 1) throw new OptionException("--latency-table takes one --batch");
        var precision = parsed.GetValue(_int8) ? LatencyPrecision.Quantized : LatencyPrecision.FullPrecision;
        var setting = new LatencySetting(options.Threads, options.Batches is [var batch] ? batch : 1, precision);
        var checks = LatencyCheck.Run(
            Checkpoint.Open(model), plans, setting, new TerminalListener(terminal), cancellationToken: terminal.Interrupted);
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json)
            ? JsonOutput.Text(new { setting.Key, Plans = checks })
            : ToText(checks, setting));
        return ExitCodes.Done;
    }

    internal static string ToText(IReadOnlyList<PredictedLatency> checks, LatencySetting setting)
    {
        var errors = checks.Select(check => check.Error).ToList();
        return TextTable.Format(
                [">operations", ">predicted, ms", ">measured, ms", ">error"],
                checks.OrderBy(check => check.Operations).Select(check => new[]
                {
                    Invariant($"{check.Operations:0.000}"), Milliseconds(check.Predicted), Milliseconds(check.Measured),
                    Invariant($"{100 * (check.Predicted / check.Measured - 1):+0.0;-0.0;0.0} %"),
                }))
            + Invariant($"\nMedian error {100 * Quantile.Median(errors):0.0} %, largest {100 * errors.Max():0.0} %, ")
            + Invariant($"over {errors.Count} thinned networks.\n")
            + $"{setting.Key}\n";
    }

    private static string ToText(string model, IReadOnlyList<NodeTime> nodes)
    {
        const int Slowest = 15;
        var total = nodes.Sum(node => node.Microseconds);
        var kinds = nodes.GroupBy(node => node.Operator).Select(group => (Name: group.Key, Count: group.Count(),
            Time: group.Sum(node => node.Microseconds))).OrderByDescending(kind => kind.Time);
        return $"{Path.GetFileName(model)}, median of {NodeProfile.Runs} runs while profiled, which slows them\n"
            + TextTable.Format(
                ["operation", ">count", ">µs", ">share"],
                kinds.Select(kind =>
                    new[] { kind.Name, $"{kind.Count}", Invariant($"{kind.Time:0}"), Invariant($"{100 * kind.Time / total:0.0} %") }))
            + "\n"
            + TextTable.Format(["slowest", "operation", ">µs"], nodes.OrderByDescending(node => node.Microseconds).Take(Slowest)
                .Select(node => new[] { node.Name, node.Operator, Invariant($"{node.Microseconds:0}") }));
    }

    private static string ToText(IReadOnlyList<BenchResult> results)
    {
        var table = TextTable.Format(
            ["model", "in", ">MB", ">px", ">batch", ">decode", ">letterbox", ">network", ">p95", ">suppression", ">all",
                ">p95", ">pictures/s", ">network ×", ">all ×"],
            results.Select(result => new[]
            {
                Path.GetFileName(result.Model), result.Engine, Invariant($"{result.Bytes / 1e6:0.0}"),
                result.ImageSize is { } size ? Invariant($"{size}") : "its own", Invariant($"{result.Batch}"),
                Milliseconds(result.Decode.Median), Milliseconds(result.Letterbox.Median), Milliseconds(result.Network.Median),
                Milliseconds(result.Network.P95), Milliseconds(result.Suppression.Median),
                Milliseconds(result.Total.Median), Milliseconds(result.Total.P95), Invariant($"{1000 / result.Total.Median:0}"),
                Invariant($"{result.NetworkRatio:0.00}"), Invariant($"{result.TotalRatio:0.00}"),
            }));
        return table + "\nMedian milliseconds a picture; × is how many times faster than the first model, "
            + "the median of rounds run in turn.\n";
    }

    private static string Milliseconds(double value) => value.ToString(value < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture);
}
