using System.Collections.Immutable;

namespace Espalier.CommandKills;

/// <summary>Small inputs, and what every command makes of them when nobody kills it.</summary>
internal sealed class References
{
    private const string Network = """
        nc: 10
        depth_multiple: 1
        width_multiple: 1
        anchors: [[4, 6, 6, 10, 9, 14]]
        backbone: [[-1, 1, Conv, [16, 3, 2]], [-1, 1, Conv, [64, 3, 2]], [-1, 1, Conv, [64, 3, 2]], [-1, 1, Conv, [64, 3, 2]]]
        head: [[[-1], 1, Detect, [nc, anchors]]]
        """;

    private static readonly string[] Training =
    [
        "--image-size", "32", "--batch", "8", "--epochs", "16", "--workers", "1", "--precision", "fp32", "--device", "cpu",
        "--threads", "1",
    ];

    private readonly EspalierChild _child;
    private readonly Dictionary<string, TimeSpan> _durations = [];

    /// <summary>Makes the inputs and runs every command once.</summary>
    /// <param name="child">Whose folder they go to.</param>
    public References(EspalierChild child)
    {
        _child = child;
        File.WriteAllText(At("network.yaml"), Network);
        child.Finish(Street("data", 1, count: 16));
        File.WriteAllText(At("experiment.yaml"), $$"""
            name: experiment
            street: {count: 16, val: 8, seed: 1, difficulty: easy, fonts: built-in}
            image_size: 32
            batch: 8
            precision: fp32
            device: cpu
            threads: 1
            workers: 1
            dense: {model: '{{At("network.yaml")}}', epochs: 2}
            prune: {by: l1, keep_flops: 0.7, pictures: 4, round: 8}
            fine_tune: {epochs: 1}
            """);
        Run("train", Train(child.Folder, "train", "--no-plots"));
        Run("pictures", Train(child.Folder, "pictures"));
        Run("prune", Prune(child.Folder));
        Run("experiment", Experiment(child.Folder));
        foreach (var (name, words) in Variants) Run(name, words(name));
    }

    private string Data => At("data", "data.yaml");

    private string Weights => At("train", "weights", "best.safetensors");

    /// <summary>Commands with one output, by the name of the reference: two variants each.</summary>
    private ImmutableSortedDictionary<string, Func<string, IReadOnlyList<string>>> Variants =>
        ImmutableSortedDictionary.CreateRange<string, Func<string, IReadOnlyList<string>>>(StringComparer.Ordinal,
        [
            new("street1", output => Street(output, 1, count: 8)),
            new("street2", output => Street(output, 2, count: 8)),
            new("export1", output => Export(output)),
            new("export2", output => Export(output, "--half")),
            new("quantize1", output => Quantize(output, bits: "7")),
            new("quantize2", output => Quantize(output, bits: "8")),
        ]);

    /// <summary>The commands as they are killed.</summary>
    /// <param name="folder">A folder of their own.</param>
    /// <param name="kills">How many kills, shared out by what a kill of each costs and how much each writes.</param>
    public IReadOnlyList<Quarry> Commands(string folder, int kills)
    {
        string In(string name) => Path.Combine(folder, name);
        var (train, pictures, prune, experiment) = (In("train"), In("pictures"), In("prune"), In("experiment"));
        return
        [
            Hunted(Output("data synth --overwrite", "street", In("synth"), "street"), 0.22, "street1"),
            Hunted(Staged("train --no-plots", train, "train", Train(train, "train", "--no-plots"), resumes: true), 0.22, "train"),
            Hunted(Staged("train", pictures, "pictures", Train(pictures, "pictures"), resumes: true), 0.08, "pictures"),
            Hunted(new NewFolderCommand("prune", prune, Prune(prune), Content("prune")), 0.18, "prune"),
            Hunted(Output("quantize", "quantize", In("quantize"), "int8.onnx"), 0.13, "quantize1"),
            Hunted(Output("export", "export", In("export"), "network.onnx"), 0.13, "export1"),
            Hunted(Staged("experiment", experiment, "experiment", Experiment(experiment), resumes: false), 0.04, "experiment"),
        ];

        Quarry Hunted(KilledCommand command, double share, string reference) =>
            new(command, (int)Math.Round(share * kills), _durations[reference]);
    }

    private OutputCommand Output(string name, string reference, string folder, string target)
    {
        OutputVariant Variant(string variant) => new(Variants[variant](Path.Combine(folder, target)), Content(variant));
        return new(name, folder, target, Variant($"{reference}1"), Variant($"{reference}2"));
    }

    private StagedCommand Staged(string name, string folder, string output, IReadOnlyList<string> words, bool resumes) =>
        new(name, folder, output, At(output), words, resumes);

    private void Run(string name, IReadOnlyList<string> words) => _durations[name] = _child.Finish(words);

    private string At(params ReadOnlySpan<string> names) => Path.Combine([_child.Folder, .. names]);

    private string Content(string name) =>
        WholeFiles.Content(At(name)) ?? throw new InvalidOperationException($"the reference '{name}' was not made");

    private static IReadOnlyList<string> Street(string output, int seed, int count) =>
    [
        "data", "synth", "--output", output, "--count", $"{count}", "--val", "8", "--seed", $"{seed}", "--fonts", "built-in",
        "--difficulty", "easy", "--threads", "1", "--overwrite",
    ];

    private IReadOnlyList<string> Train(string project, string name, params IReadOnlyList<string> more) =>
        ["train", Data, "--model", At("network.yaml"), "--project", project, "--name", name, .. Training, .. more];

    private IReadOnlyList<string> Prune(string project) =>
    [
        "prune", Weights, "--data", Data, "--by", "l1", "--keep-flops", "0.7", "--round", "8", "--pictures", "4", "--no-latency",
        "--device", "cpu", "--threads", "1", "--project", project, "--name", "prune",
    ];

    private IReadOnlyList<string> Export(string output, params IReadOnlyList<string> more) =>
        ["export", Weights, "--no-latency", "--output", output, .. more];

    private IReadOnlyList<string> Quantize(string output, string bits) =>
    [
        "quantize", Weights, "--data", Data, "--pictures", "4", "--no-latency", "--device", "cpu", "--threads", "1", "--weight-bits", bits,
        "--output", output,
    ];

    private IReadOnlyList<string> Experiment(string project) => ["experiment", At("experiment.yaml"), "--project", project];
}
