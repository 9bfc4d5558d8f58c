using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Espalier.Cli.Benchmarks;
using Espalier.Cli.Models;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Runtime;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier bench MODEL…</c>: how long each stage of a detection takes, models in turn, round after round.</summary>
internal sealed class BenchCommand : Command, IHasExamples
{
    private readonly Argument<string[]> _models = new("models") { Description = "Checkpoints, .onnx, safetensors or YOLOv5 .pt files", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _against = CommonOptions.OptionalText("--against", "The model that the others are measured against; default the first", "file");
    private readonly Option<int[]> _imageSizes = Ranged.Numbers("--image-size", "Sides of the letterbox square in pixels; default as each model says", 32, 4096, "--img");
    private readonly Option<int[]> _batches = Ranged.Numbers("--batch", "Pictures a call; default 1", 1, 1024, "--batch-size");
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string?> _source = CommonOptions.OptionalText("--source", "Photos to detect in: a picture, a folder or a glob; default one made up, 104 × 47 pixels", "file|folder|glob");
    private readonly Option<double> _seconds = Ranged.Number("--seconds", "Seconds a model, image size and batch", 5.0, 0.1, 3600.0);
    private readonly Option<int> _rounds = Ranged.Number("--rounds", "Rounds in which the models take turns", 10, 1, 1000);
    private readonly Option<bool> _nodes = new("--nodes") { Description = "Tell instead where the time goes within .onnx files, operation by operation" };
    private readonly Option<bool> _json = CommonOptions.Json();

    public BenchCommand(TerminalSession terminal)
        : base("bench", "Measure how fast models are")
    {
        CommonOptions.AddAll(this, [_models, _against, _imageSizes, _batches, _threads, _source, _seconds, _rounds, _nodes, _json]);
        SetAction(parsed => Run(parsed, terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "espalier bench best.onnx",
        "espalier bench thinned.onnx --against dense.onnx --threads 2 --source photos",
        "espalier bench best.onnx best.safetensors --image-size 160,320 --batch 1,8 --json",
        "espalier bench best.int8.onnx --nodes",
    ];

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var models = parsed.GetValue(_against) is { } against ? [against, .. parsed.GetValue(_models)!.Where(model => model != against)] : parsed.GetValue(_models)!;
        if (parsed.GetValue(_nodes)) return Profile(models, parsed, terminal);
        var photos = BenchPhotos.Load(parsed.GetValue(_source));
        int?[] sizes = parsed.GetValue(_imageSizes) is { Length: > 0 } wanted ? [.. wanted.Select(size => (int?)size)] : [null];
        int[] batches = parsed.GetValue(_batches) is { Length: > 0 } several ? several : [1];
        var results = new List<BenchResult>();
        foreach (var (size, batch) in sizes.SelectMany(size => batches.Select(batch => (size, batch))))
            results.AddRange(Measure(models, size, batch, photos, parsed, terminal));
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json) ? JsonSerializer.Serialize(results, JsonOutput.Format) + "\n" : ToText(results));
        return ExitCodes.Done;
    }

    private int Profile(string[] models, ParseResult parsed, TerminalSession terminal)
    {
        foreach (var option in new Option[] { _batches, _source, _seconds, _rounds, _against, _json })
        {
            if (parsed.GetResult(option) is { Implicit: false }) throw new OptionException($"{option.Name} has no effect together with --nodes");
        }

        if (models.FirstOrDefault(model => !ModelFiles.IsOnnx(model)) is { } other) throw new OptionException($"--nodes takes .onnx files, not '{other}'; espalier export writes one.");
        foreach (var model in models)
        {
            using var network = OnnxNetwork.Open(model);
            var side = parsed.GetValue(_imageSizes) is [var wanted, ..] ? wanted : network.Facts.ImageSize;
            if (network.Facts.Height is { } height && network.Facts.Width is { } width && parsed.GetValue(_imageSizes) is { Length: > 0 } && side != Math.Max(height, width))
                throw new OptionException($"The network's image size is fixed at {width} × {height}, so it cannot be {side}.");
            terminal.Output.WriteLine(NodeProfile.Describe(model, side, parsed.GetValue(_threads)));
        }

        return ExitCodes.Done;
    }

    private List<BenchResult> Measure(string[] models, int? size, int batch, IReadOnlyList<byte[]> photos, ParseResult parsed, TerminalSession terminal)
    {
        var subjects = new List<BenchSubject>();
        try
        {
            foreach (var model in models) subjects.Add(new BenchSubject(model, size, batch, parsed.GetValue(_threads)));
            var rounds = parsed.GetValue(_rounds);
            var each = TimeSpan.FromSeconds(parsed.GetValue(_seconds) / rounds);
            var progress = new ProgressLine(terminal);
            foreach (var subject in subjects) subject.Run(photos, each, keep: false, terminal.Interrupted);
            for (var round = 0; round < rounds; round++)
            {
                foreach (var subject in subjects) subject.Run(photos, each, keep: true, terminal.Interrupted);
                progress.Update("measuring", round + 1, rounds);
            }

            return subjects.ConvertAll(subject => BenchResult.Of(subject, subjects[0]));
        }
        finally
        {
            foreach (var subject in subjects) subject.Dispose();
        }
    }

    private static string ToText(IReadOnlyList<BenchResult> results)
    {
        var table = TextTable.Format(
            ["model", "in", ">MB", ">px", ">batch", ">decode", ">letterbox", ">network", ">p95", ">suppression", ">all", ">p95", ">pictures/s", ">network ×", ">all ×"],
            results.Select(result => new[]
            {
                Path.GetFileName(result.Model), result.Engine, Text($"{result.Bytes / 1e6:0.0}"), result.ImageSize is { } size ? Text($"{size}") : "its own", Text($"{result.Batch}"),
                Milliseconds(result.Decode.Median), Milliseconds(result.Letterbox.Median), Milliseconds(result.Network.Median), Milliseconds(result.Network.P95), Milliseconds(result.Suppression.Median),
                Milliseconds(result.Total.Median), Milliseconds(result.Total.P95), Text($"{1000 / result.Total.Median:0}"), Text($"{result.NetworkRatio:0.00}"), Text($"{result.TotalRatio:0.00}"),
            }));
        return table + "\nMedian milliseconds a picture; × is how many times faster than the first model, the median of rounds run in turn.\n";
    }

    private static string Milliseconds(double value) => value.ToString(value < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
