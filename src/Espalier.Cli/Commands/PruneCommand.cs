using System.CommandLine;
using Espalier.Cli.Experiments;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Latency;
using Espalier.Pipelines.Pruning;
using Espalier.Training.Listeners;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier prune WEIGHTS --data D --keep-flops 0.4</c>: a network with fewer channels,
/// blocks and levels, ready to be fine-tuned.</summary>
internal sealed class PruneCommand : Verb
{
    private readonly Argument<string> _weights = CommonOptions.Weights();
    private readonly DescribedOptions<PruneOptions> _options = new(PruneOptions.Table, new PruneOptions { Data = "" });
    private readonly Option<string?> _plan = CommonOptions.OptionalText("--plan",
        "Apply a plan.json of an earlier prune; edited or not, instead of making one", "file");
    private readonly Option<bool> _sweep = new("--sweep")
    {
        Description = "Judge one share of the operations after another; "
        + "instead of cutting, without fine-tuning, and recommend one"
    };
    private readonly Option<string> _project = CommonOptions.Project();
    private readonly Option<string> _name = CommonOptions.RunName("prune");
    private readonly Option<bool> _noLatency = CommonOptions.NoLatency();
    private readonly Option<bool> _json = CommonOptions.Json();

    public PruneCommand(TerminalSession terminal)
        : base(terminal, "prune", "Cut the least important channels, blocks and detection levels") =>
            Takes([_weights, .. _options.All, _plan, _sweep, _project, _name, _noLatency, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier prune runs/train/weights/best.safetensors --data data.yaml --sweep",
        "espalier prune runs/train/weights/best.safetensors --data data.yaml --keep-flops 0.4",
        "espalier prune sparse.safetensors --data data.yaml --by bn-scale --raw-scores --keep-flops 0.5",
        "espalier prune best.safetensors --data data.yaml --keep-flops 0.2 --steps 3 --epochs-between 4",
        "espalier prune best.safetensors --data data.yaml --blocks --drop-levels auto --keep-flops 0.4",
        "espalier prune best.safetensors --data data.yaml --plan runs/prune/plan.json",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var (weights, options) = (parsed.GetValue(_weights)!, _options.Read(parsed));
        var targets = _options.Given(parsed).Where(entry => entry.Section == nameof(PruneOptions.Target)).Select(entry => entry.Name)
            .Except(["--by"]).ToList();
        var pruner = new Pruner(options, new TerminalListener(terminal, () => [new ResultsCsv(), new EpochBars(terminal)]));
        if (parsed.GetValue(_sweep)) return Sweep(parsed, terminal, pruner, options, targets);
        var planFile = parsed.GetValue(_plan);
        if (planFile is not null && options.DropLevels.Count > 0)
            throw new OptionException("--plan says itself which levels go; leave --drop-levels out");
        if (planFile is not null && targets.Count > 0) throw new OptionException("--plan says itself what goes; leave the target out");
        if (planFile is null && targets.Count != 1 && (targets.Count > 1 || options.DropLevels.Count == 0))
            throw new OptionException("Say how much to keep, by one of --keep-flops, --keep-parameters, --keep-channels, "
                + "--threshold and --milliseconds, or which levels go, by --drop-levels, or which plan to apply, by --plan, "
                + "or look first, by --sweep");
        if (planFile is not null && options.Steps > 1) throw new OptionException("--plan is one cut; leave --steps out");
        if (options.Steps == 1 && _options.Given(parsed).Any(entry => entry.Name == "--epochs-between"))
            throw new OptionException("--epochs-between has an effect only together with --steps");
        options.Validate();
        var checkpoint = Checkpoint.Open(weights);
        if (options.Steps > 1) return InSteps(parsed, terminal, pruner, checkpoint, options);
        var outcome = planFile is null
            ? pruner.Run(checkpoint, weights, terminal.Interrupted)
            : pruner.Apply(PruningPlan.Parse(ReadPlan(planFile), $"'{planFile}'"), checkpoint, weights, terminal.Interrupted);
        var folder = RunFolder.CreateWhole(parsed.GetValue(_project)!, parsed.GetValue(_name)!, made => Write(outcome, made));
        Finish(parsed, terminal, checkpoint, outcome, options, folder);
        return ExitCodes.Done;
    }

    private int InSteps(ParseResult parsed, TerminalSession terminal, Pruner pruner, Checkpoint checkpoint, PruneOptions options)
    {
        var folder = RunFolder.CreateNext(parsed.GetValue(_project)!, parsed.GetValue(_name)!);
        try
        {
            var weights = parsed.GetValue(_weights)!;
            if (pruner.RunInSteps(checkpoint, weights, folder.Path, cancellationToken: terminal.Interrupted) is { } outcome)
            {
                Write(outcome, folder);
                Finish(parsed, terminal, checkpoint, outcome, options, folder);
                return ExitCodes.Done;
            }
        }
        catch (EspalierException) when (Directory.GetDirectories(folder.Path).Length == 0)
        {
            // Nothing was learned yet that would be lost.
            folder.Discard();
            throw;
        }

        terminal.Say($"Interrupted; what there is lies in {folder.Path}.");
        return ExitCodes.Failed;
    }

    private void Finish(ParseResult parsed, TerminalSession terminal, Checkpoint whole, PruningOutcome outcome,
        PruneOptions options, RunFolder folder)
    {
        var file = WeightsIn(folder); // Written before anything else can fail or be interrupted.
        var speed = parsed.GetValue(_noLatency)
            ? null
            : LatencyMeter.Compare(whole, outcome.Checkpoint, options.Threads, terminal.Interrupted);
        var next = CommandText.FineTune(options.Data, file, parsed.GetValue(_weights)!, outcome.Checkpoint);
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(whole, outcome, file, speed) : ToText(whole, outcome, file, next, speed));
    }

    private int Sweep(ParseResult parsed, TerminalSession terminal, Pruner pruner, PruneOptions options, IReadOnlyList<string> targets)
    {
        string[] without = [.. targets, .. new Option[] { _plan, _noLatency }.Where(
            option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
        if (without is [var name, ..]) throw new OptionException($"--sweep tries many targets; leave {name} out");
        var weights = parsed.GetValue(_weights)!;
        var report = new SweepReport(pruner.Sweep(Checkpoint.Open(weights), SweepReport.Shares, weights, terminal.Interrupted),
            weights, options);
        var folder = report.Write(parsed.GetValue(_project)!, parsed.GetValue(_name)!, terminal.Say);
        terminal.Output.Write(parsed.GetValue(_json) ? report.ToJson() : report.ToText(folder));
        return ExitCodes.Done;
    }

    private static string ReadPlan(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EspalierException($"There is no file '{path}'.", exception);
        }
    }

    private static void Write(PruningOutcome outcome, RunFolder folder)
    {
        AtomicFile.WriteAllText(folder.File("plan.json"), outcome.Plan.ToJson());
        outcome.Checkpoint.Save(WeightsIn(folder));
    }

    private static string WeightsIn(RunFolder folder) => folder.File("pruned.safetensors");

    private static string ToText(Checkpoint whole, PruningOutcome outcome, string file, string next, SpeedComparison? speed)
    {
        var plan = outcome.Plan;
        var layers = TextTable.Format(
            ["layers", ">channels", ">kept", ">share"],
            Groups(whole, outcome)
                .Select(group => new[]
                {
                    string.Join(", ", group.Layers.Select(Short)),
                    Invariant($"{group.Width}"),
                    Invariant($"{group.Kept}"),
                    Invariant($"{(double)group.Kept / group.Width:0.00}"),
                }));
        var steps = TextTable.Format(
            ["step", ">P", ">R", ">mAP50", ">mAP50-95"],
            outcome.Steps.Select(step => new[]
            {
                step.Name,
                Invariant($"{step.Report.Precision:0.000}"),
                Invariant($"{step.Report.Recall:0.000}"),
                Invariant($"{step.Report.MeanAveragePrecision50:0.000}"),
                Invariant($"{step.Report.MeanAveragePrecision50To95:0.000}"),
            }));
        var costs = TextTable.Format(
            ["", ">before", ">after", ">kept"],
            [
                ["channels", Invariant($"{plan.Before.Channels:N0}"), Invariant($"{plan.After.Channels:N0}"),
                    Share(plan.After.Channels, plan.Before.Channels)],
                ["parameters", Invariant($"{plan.Before.Parameters:N0}"), Invariant($"{plan.After.Parameters:N0}"),
                    Share(plan.After.Parameters, plan.Before.Parameters)],
                ["MFLOPs", Invariant($"{plan.Before.MultiplyAdds * 2 / 1e6:N1}"), Invariant($"{plan.After.MultiplyAdds * 2 / 1e6:N1}"),
                    Share(plan.After.MultiplyAdds, plan.Before.MultiplyAdds)],
                .. speed is null
                    ? Array.Empty<string[]>()
                    : [["ms a picture, ONNX Runtime", Invariant($"{speed.Before:0.00}"), Invariant($"{speed.After:0.00}"),
                        Share(1, speed.Ratio)]],
            ]);
        if (plan.IsNothing) return $"{costs}\n{steps}\nNothing was cut: the network is written to {file} as it is\n";
        var said = speed is null ? "" : $"{speed.ToText("before", "cut more, or keep the whole network")}\n";
        return $"{layers}\n{Gone(whole, outcome)}{costs}\n{steps}\n{said}Written to {file}\nNext: {next}\n";
    }

    private static string ToJson(Checkpoint whole, PruningOutcome outcome, string file, SpeedComparison? speed) => JsonOutput.Text(new
    {
        File = file,
        outcome.Plan.Criterion,
        outcome.Plan.ImageSize,
        Asked = new { outcome.Plan.Asked.Measure, Keep = outcome.Plan.Asked.Number },
        outcome.Plan.Reached,
        outcome.Plan.Before,
        outcome.Plan.After,
        MillisecondsBefore = speed?.Before,
        MillisecondsAfter = speed?.After,
        SpeedRatio = speed?.Ratio,
        Steps = outcome.Steps.Select(step => new
        {
            step.Name,
            step.Report.Precision,
            step.Report.Recall,
            MAP50 = step.Report.MeanAveragePrecision50,
            MAP50_95 = step.Report.MeanAveragePrecision50To95,
        }),
        outcome.Plan.Blocks,
        outcome.Plan.Levels,
        Groups = Groups(whole, outcome).Select(group => new { group.Layers, group.Width, group.Kept }),
    });

    /// <summary>What is left of each group of layers, in however many cuts it went.</summary>
    private static IEnumerable<(string[] Layers, int Width, int Kept)> Groups(Checkpoint whole, PruningOutcome outcome)
    {
        var kept = LayerWidth.Compare(whole.Graph, outcome.Checkpoint.Graph)
            .ToLookup(layer => layer.Layer, layer => layer.After, StringComparer.Ordinal);
        return ChannelAnalysis.Of(whole.Graph).Groups.Select(group =>
        {
            string[] layers = [.. group.Producers.Select(producer => whole.Graph.Nodes[producer].Name)];
            return (layers, group.Width, layers.SelectMany(layer => kept[layer]).FirstOrDefault());
        });
    }

    /// <summary>The levels and blocks that went, in however many cuts.</summary>
    private static string Gone(Checkpoint whole, PruningOutcome outcome)
    {
        var lost = outcome.Plan.Levels.ToDictionary(level => level.Name);
        string[] levels = [.. DetectionLevels.Names(whole.Graph).Except(DetectionLevels.Names(outcome.Checkpoint.Graph))];
        var layers = outcome.Checkpoint.Graph.Nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        var analysis = ChannelAnalysis.Of(DetectionLevels.Without(whole.Graph, levels));
        var blocks = PrunableBlock.Of(analysis).Where(block => !block.Nodes.Any(node => layers.Contains(analysis.Graph.Nodes[node].Name)))
            .ToList();
        var outermost = blocks.Where(block => !blocks.Exists(other => other != block && other.Nodes.Contains(block.Branch.Joint)));
        var said = levels.Select(level => lost.GetValueOrDefault(level) is { Matches: { } matches, Alone: { } alone }
            ? Invariant($"level {level} ({matches:0.0%} of the matches; {alone:0.0%} of the labels match no other that stays)")
            : $"level {level}").Concat(outermost.Select(block => $"block {Short(block.Name)}")).ToList();
        return said.Count == 0 ? "" : $"Gone as a whole: {string.Join(", ", said)}\n\n";
    }

    private static string Short(string layer) =>
        layer.Replace("model.", "", StringComparison.Ordinal).Replace(".conv", "", StringComparison.Ordinal);

    private static string Share(double after, double before) => Invariant($"{after / before:0.000}");
}
