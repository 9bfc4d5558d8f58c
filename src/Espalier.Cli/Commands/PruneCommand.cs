using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Espalier.Cli.Benchmarks;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Listeners;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier prune WEIGHTS --data D --keep-flops 0.4</c>: a network with fewer channels, ready to be fine-tuned.</summary>
internal sealed class PruneCommand : Command, IHasExamples
{
    private readonly Argument<string> _weights = CommonOptions.Weights();
    private readonly Option<string> _data = new("--data") { Description = "The data.yaml that it was trained on", HelpName = "file", Required = true };
    private readonly Option<string> _criterion = Ranged.Word("--by", "What channels are ranked by", "taylor", [.. ThinningRequest.Criteria]);
    private readonly Option<double?> _operations = Ranged.OptionalNumber("--keep-flops", "Share of the operations to keep", 0.001, 1.0);
    private readonly Option<double?> _parameters = Ranged.OptionalNumber("--keep-parameters", "Share of the parameters to keep", 0.001, 1.0);
    private readonly Option<double?> _channels = Ranged.OptionalNumber("--keep-channels", "Share of the channels to keep", 0.001, 1.0);
    private readonly Option<double?> _threshold = Ranged.OptionalNumber("--threshold", "Cut every channel that scores less than this, however many that are; scores are shares of their layer's mean unless --raw-scores", 1e-9, 1e9);
    private readonly Option<double?> _milliseconds = Ranged.OptionalNumber("--milliseconds", "Cut until a picture takes no longer than this in ONNX Runtime on this machine", 0.01, 10_000.0);
    private readonly Option<string?> _plan = CommonOptions.OptionalText("--plan", "Apply a plan.json of an earlier prune, edited or not, instead of making one", "file");
    private readonly Option<bool> _sweep = new("--sweep") { Description = "Cut to one share of the operations after another instead, judge each without fine-tuning, and recommend one" };
    private readonly Option<int> _steps = Ranged.Number("--steps", "Reach the target in several smaller cuts, with fine-tuning between", 1, 1, 100);
    private readonly Option<int> _epochsBetween = Ranged.Number("--epochs-between", "With --steps: epochs of fine-tuning between two cuts", 2, 1, 100_000);
    private readonly Option<int?> _rounding = Ranged.OptionalNumber("--round", "Widths that are left are multiples of this; default what this processor computes at once, 16 with AVX-512 and 8 without", 1, 64);
    private readonly Option<int> _fewest = Ranged.Number("--fewest", "The fewest channels that a layer keeps", 8, 1, GraphLimits.Channels);
    private readonly Option<bool> _uniform = new("--uniform") { Description = "Keep the same share of every layer instead of ranking over all" };
    private readonly Option<bool> _raw = new("--raw-scores") { Description = "Compare scores of different layers as they are, not divided by each layer's mean" };
    private readonly Option<bool> _perCost = new("--per-cost") { Description = "Divide a channel's score by the operations, parameters or channels that its going saves" };
    private readonly Option<bool> _keepShortcuts = new("--keep-shortcuts") { Description = "Leave bottlenecks with shortcuts whole, as classic Network Slimming does" };
    private readonly Option<string[]> _keep = new("--keep") { Description = "Layers to leave whole, by the beginning of their names", HelpName = "layer", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _pictures = Ranged.Number("--pictures", "Training pictures to measure on", 512, 1, 1_000_000);
    private readonly Option<int> _seed = Ranged.Number("--seed", "Seed of --by random", 0, 0, int.MaxValue);
    private readonly Option<string> _trainingSplit = CommonOptions.Text("--train-split", "The split to measure on", "name", "train");
    private readonly Option<string> _split = CommonOptions.Text("--split", "The split to judge each step on", "name", "val");
    private readonly Option<string> _project = CommonOptions.Project();
    private readonly Option<string> _name = CommonOptions.RunName("prune");
    private readonly Option<bool> _noLatency = CommonOptions.NoLatency();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    public PruneCommand(TerminalSession terminal)
        : base("prune", "Cut a network's least important channels")
    {
        CommonOptions.AddAll(this, [
            _weights, _data, _criterion, _operations, _parameters, _channels, _threshold, _milliseconds, _plan, _sweep, _steps, _epochsBetween, _rounding, _fewest, _uniform, _raw, _perCost, _keepShortcuts, _keep, _pictures, _seed,
            _trainingSplit, _split, _project, _name, _noLatency, _json, _device, _threads]);
        SetAction(parsed => Run(parsed, terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "espalier prune runs/train/weights/best.safetensors --data data.yaml --sweep",
        "espalier prune runs/train/weights/best.safetensors --data data.yaml --keep-flops 0.4",
        "espalier prune sparse.safetensors --data data.yaml --by bn-scale --raw-scores --keep-flops 0.5",
        "espalier prune best.safetensors --data data.yaml --keep-flops 0.2 --steps 3 --epochs-between 4",
        "espalier prune best.safetensors --data data.yaml --plan runs/prune/plan.json",
    ];

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var weights = parsed.GetValue(_weights)!;
        if (parsed.GetValue(_sweep)) return Sweep(parsed, terminal, weights);
        var planFile = parsed.GetValue(_plan);
        var target = Target(parsed, planFile is not null);
        var checkpoint = Checkpoint.Open(weights);
        var request = Request(parsed, target, checkpoint);
        if (parsed.GetValue(_steps) > 1) return InSteps(parsed, terminal, request, checkpoint, planFile);
        CommonOptions.RefuseWithout(parsed, "--steps", _epochsBetween);
        var outcome = planFile is null
            ? request.Run(checkpoint, weights, terminal.Say, terminal.Interrupted)
            : request.Apply(PruningPlan.Parse(ReadPlan(planFile), $"'{planFile}'"), checkpoint, weights, terminal.Say, terminal.Interrupted);
        Finish(parsed, terminal, checkpoint, outcome, RunFolder.CreateNext(parsed.GetValue(_project)!, parsed.GetValue(_name)!));
        return ExitCodes.Done;
    }

    private int InSteps(ParseResult parsed, TerminalSession terminal, ThinningRequest request, Checkpoint checkpoint, string? planFile)
    {
        if (planFile is not null) throw new OptionException("--plan is one cut; leave --steps out");
        if (request.Pruning.Target.Measure is PruningMeasure.Score or PruningMeasure.Milliseconds) throw new OptionException("--steps goes with a share to keep: --keep-flops, --keep-parameters or --keep-channels");
        var folder = RunFolder.CreateNext(parsed.GetValue(_project)!, parsed.GetValue(_name)!);
        var thinning = new StagedThinning { Request = request, Steps = parsed.GetValue(_steps), Between = Between(parsed, checkpoint) };
        try
        {
            if (thinning.Run(checkpoint, parsed.GetValue(_weights)!, folder.Path, () => [new ResultsCsv(), new EpochBars(terminal)], terminal.Say, terminal.Interrupted) is { } outcome)
            {
                Finish(parsed, terminal, checkpoint, outcome, folder);
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

    private TrainingOptions Between(ParseResult parsed, Checkpoint checkpoint) => new()
    {
        Data = parsed.GetValue(_data)!,
        TrainingSplit = parsed.GetValue(_trainingSplit)!,
        ValidationSplit = parsed.GetValue(_split)!,
        ImageSize = checkpoint.ImageSize,
        Epochs = parsed.GetValue(_epochsBetween),
        Seed = parsed.GetValue(_seed),
        BatchSize = 32,
        Device = parsed.GetValue(_device)!,
        Threads = parsed.GetValue(_threads),
    };

    private void Finish(ParseResult parsed, TerminalSession terminal, Checkpoint whole, ThinningOutcome outcome, RunFolder folder)
    {
        var file = Write(outcome, folder); // Before anything else can fail or be interrupted.
        var speed = parsed.GetValue(_noLatency)
            ? null
            : LatencyMeter.Compare(whole, outcome.Checkpoint, parsed.GetValue(_threads), terminal.Interrupted);
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(whole, outcome, file, speed) : ToText(whole, outcome, file, parsed.GetValue(_data)!, speed));
    }

    private int Sweep(ParseResult parsed, TerminalSession terminal, string weights)
    {
        foreach (var option in new Option[] { _operations, _parameters, _channels, _threshold, _milliseconds, _plan, _noLatency })
        {
            if (parsed.GetResult(option) is { Implicit: false }) throw new OptionException($"--sweep tries many targets; leave {option.Name} out");
        }

        var checkpoint = Checkpoint.Open(weights);
        var request = Request(parsed, new PruningTarget(PruningMeasure.Operations, SweepReport.Shares[0]), checkpoint);
        var sweep = request.Sweep(checkpoint, SweepReport.Shares, weights, terminal.Say, terminal.Interrupted);
        var report = new SweepReport(sweep, weights, request.Data);
        var folder = report.Write(parsed.GetValue(_project)!, parsed.GetValue(_name)!, terminal.Say);
        terminal.Output.Write(parsed.GetValue(_json) ? report.ToJson() : report.ToText(folder));
        return ExitCodes.Done;
    }

    private PruningTarget Target(ParseResult parsed, bool hasPlan)
    {
        PruningTarget[] targets =
        [
            .. parsed.GetValue(_operations) is { } operations ? [new PruningTarget(PruningMeasure.Operations, operations)] : Array.Empty<PruningTarget>(),
            .. parsed.GetValue(_parameters) is { } parameters ? [new PruningTarget(PruningMeasure.Parameters, parameters)] : Array.Empty<PruningTarget>(),
            .. parsed.GetValue(_channels) is { } channels ? [new PruningTarget(PruningMeasure.Channels, channels)] : Array.Empty<PruningTarget>(),
            .. parsed.GetValue(_threshold) is { } threshold ? [new PruningTarget(PruningMeasure.Score, threshold)] : Array.Empty<PruningTarget>(),
            .. parsed.GetValue(_milliseconds) is { } milliseconds ? [new PruningTarget(PruningMeasure.Milliseconds, milliseconds)] : Array.Empty<PruningTarget>(),
        ];
        if (hasPlan && targets.Length > 0) throw new OptionException("--plan says itself what goes; leave the target out");
        if (hasPlan) return new PruningTarget(PruningMeasure.Channels, 1);
        return targets is [var one] ? one : throw new OptionException("Say how much to keep, by one of --keep-flops, --keep-parameters, --keep-channels, --threshold and --milliseconds, or which plan to apply, by --plan, or look first, by --sweep");
    }

    private ThinningRequest Request(ParseResult parsed, PruningTarget target, Checkpoint checkpoint) => new()
    {
        Data = parsed.GetValue(_data)!,
        Criterion = parsed.GetValue(_criterion)!,
        Pruning = new PruningOptions
        {
            Target = target,
            ImageSize = checkpoint.ImageSize,
            Rounding = parsed.GetValue(_rounding) ?? ChannelBlock.OfThisProcessor,
            Fewest = parsed.GetValue(_fewest),
            Uniform = parsed.GetValue(_uniform),
            NormalisePerLayer = !parsed.GetValue(_raw),
            PerCost = parsed.GetValue(_perCost),
            KeepShortcuts = parsed.GetValue(_keepShortcuts),
            KeepLayers = [.. parsed.GetValue(_keep) ?? []],
        },
        TrainingSplit = parsed.GetValue(_trainingSplit)!,
        ValidationSplit = parsed.GetValue(_split)!,
        Pictures = parsed.GetValue(_pictures),
        Seed = parsed.GetValue(_seed),
        Device = parsed.GetValue(_device)!,
        Threads = parsed.GetValue(_threads),
        Latency = network => LatencyMeter.Measure([network], parsed.GetValue(_threads))[0],
    };

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

    private static string Write(ThinningOutcome outcome, RunFolder folder)
    {
        try
        {
            AtomicFile.WriteAllText(folder.File("plan.json"), outcome.Plan.ToJson());
            outcome.Checkpoint.Save(folder.File("pruned.safetensors"));
            return folder.File("pruned.safetensors");
        }
        catch
        {
            folder.Discard();
            throw;
        }
    }

    private static string ToText(Checkpoint whole, ThinningOutcome outcome, string file, string data, SpeedComparison? speed)
    {
        var plan = outcome.Plan;
        var layers = TextTable.Format(
            ["layers", ">channels", ">kept", ">share"],
            Groups(whole, outcome).Select(group => new[] { string.Join(", ", group.Layers.Select(Short)), Text($"{group.Width}"), Text($"{group.Kept}"), Text($"{(double)group.Kept / group.Width:0.00}") }));
        var steps = TextTable.Format(
            ["step", ">P", ">R", ">mAP50", ">mAP50-95"],
            outcome.Steps.Select(step => new[] { step.Name, Text($"{step.Report.Precision:0.000}"), Text($"{step.Report.Recall:0.000}"), Text($"{step.Report.MeanAveragePrecision50:0.000}"), Text($"{step.Report.MeanAveragePrecision50To95:0.000}") }));
        var costs = TextTable.Format(
            ["", ">before", ">after", ">kept"],
            [
                ["channels", Text($"{plan.Before.Channels:N0}"), Text($"{plan.After.Channels:N0}"), Share(plan.After.Channels, plan.Before.Channels)],
                ["parameters", Text($"{plan.Before.Parameters:N0}"), Text($"{plan.After.Parameters:N0}"), Share(plan.After.Parameters, plan.Before.Parameters)],
                ["MFLOPs", Text($"{plan.Before.MultiplyAdds * 2 / 1e6:N1}"), Text($"{plan.After.MultiplyAdds * 2 / 1e6:N1}"), Share(plan.After.MultiplyAdds, plan.Before.MultiplyAdds)],
                .. speed is null
                    ? Array.Empty<string[]>()
                    : [["ms a picture, ONNX Runtime", Text($"{speed.Before:0.00}"), Text($"{speed.After:0.00}"), Share(1, speed.Ratio)]],
            ]);
        if (plan.After == plan.Before) return $"{costs}\n{steps}\nNothing was cut: the network is written to {file} as it is\n";
        var said = speed is null ? "" : $"{speed.ToText("before", "cut more, or keep the whole network")}\n";
        return $"{layers}\n{costs}\n{steps}\n{said}Written to {file}\nFine-tune it: espalier train {data} --weights {file} --epochs 20 --image-size {outcome.Checkpoint.ImageSize}\n";
    }

    private static string ToJson(Checkpoint whole, ThinningOutcome outcome, string file, SpeedComparison? speed) => JsonSerializer.Serialize(
        new
        {
            File = file,
            outcome.Plan.Criterion,
            outcome.Plan.ImageSize,
            Asked = new { Measure = outcome.Plan.Asked.Measure.ToString(), outcome.Plan.Asked.Keep },
            outcome.Plan.Reached,
            outcome.Plan.Before,
            outcome.Plan.After,
            MillisecondsBefore = speed?.Before,
            MillisecondsAfter = speed?.After,
            SpeedRatio = speed?.Ratio,
            Steps = outcome.Steps.Select(step => new { step.Name, step.Report.Precision, step.Report.Recall, MAP50 = step.Report.MeanAveragePrecision50, MAP50_95 = step.Report.MeanAveragePrecision50To95 }),
            Groups = Groups(whole, outcome).Select(group => new { group.Layers, group.Width, group.Kept }),
        },
        JsonOutput.Format) + "\n";

    /// <summary>What is left of each group of layers, in however many cuts it went.</summary>
    private static IEnumerable<(string[] Layers, int Width, int Kept)> Groups(Checkpoint whole, ThinningOutcome outcome)
    {
        var kept = LayerWidth.Compare(whole.Graph, outcome.Checkpoint.Graph).ToDictionary(layer => layer.Layer, layer => layer.After, StringComparer.Ordinal);
        return ChannelAnalysis.Of(whole.Graph).Groups.Select(group =>
        {
            string[] layers = [.. group.Producers.Select(producer => whole.Graph.Nodes[producer].Name)];
            return (layers, group.Width, kept[layers[0]]);
        });
    }

    private static string Short(string layer) => layer.Replace("model.", "", StringComparison.Ordinal).Replace(".conv", "", StringComparison.Ordinal);

    private static string Share(double after, double before) => Text($"{after / before:0.000}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
