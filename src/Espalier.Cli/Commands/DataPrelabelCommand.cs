using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets.Labels;
using Espalier.Datasets.Yolo;
using Espalier.Pipelines.Models;
using Espalier.Pipelines.Prediction;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data prelabel MODEL FOLDER</c>: a trained model's findings as label files, to be corrected by a person.</summary>
internal sealed class DataPrelabelCommand : Verb
{
    private const string Classes = "classes.txt";

    // Two classes on one object would have to be put right by hand.
    private static readonly PredictorOptions Standard = new() { Suppression = NmsOptions.ForPrediction with { Agnostic = true } };

    private readonly Argument<string> _weights = CommonOptions.Model();
    private readonly Argument<string> _folder = new("folder") { Description = "Photos; those that have a label file keep it" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Label photos that have a label file anew" };
    private readonly DescribedOptions<PredictorOptions> _options = new(PredictorOptions.Table, Standard, "--image-size",
        "--conf", "--iou", "--device", "--threads");

    public DataPrelabelCommand(TerminalSession terminal)
        : base(terminal, "prelabel", "Write a trained model's findings as labels to correct") =>
            Takes([_weights, _folder, _overwrite, .. _options.All]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } = ["espalier data prelabel best.safetensors set/images/train",
        "espalier data prelabel best.onnx photos --conf 0.4"];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var folder = parsed.GetValue(_folder)!;
        if (!Directory.Exists(folder)) throw new EspalierException($"There is no folder {folder}.");
        var options = _options.Read(parsed);
        using var detector = ModelFiles.OpenDetector(parsed.GetValue(_weights)!, options,
            (own, _) => _options.Read(parsed, options with { Suppression = own with { Agnostic = true } }).Suppression);
        var labels = LabelPath.OfFolder(Path.GetFullPath(folder));
        var names = NamesAround(folder, labels) ?? detector.ClassNames;
        var numbers = NumbersIn(names, detector.ClassNames, parsed.GetValue(_weights)!);
        var sources = PictureSources.Find(folder, terminal.OpenInput, Skipped);
        var chosen = parsed.GetValue(_overwrite) ? sources : [.. sources.Where(source => !File.Exists(LabelOf(source)))];
        var kept = sources.Count - chosen.Count;
        var (written, boxes, nothing) = (0, 0, 0);
        foreach (var (source, picture) in chosen.Count == 0 ? [] : PictureSources.Read(chosen, Skipped, terminal.Interrupted))
        {
            var size = new PictureSize(picture.Width, picture.Height);
            var rows = detector.Detect(picture).Where(found => numbers[found.Class] >= 0).OrderBy(found => found.Box.Left)
                .Select(found => LabelRow.Of(new LabelledBox(numbers[found.Class], found.Box.ClipTo(size.Width, size.Height)), size))
                    .ToList();

            // A file without rows would say that a person has looked and found no object.
            if (rows.Count == 0)
            {
                nothing++;
                if (File.Exists(LabelOf(source))) File.Delete(LabelOf(source));
                continue;
            }

            AtomicFile.WriteAllText(LabelOf(source), LabelFile.Format(rows));
            (written, boxes) = (written + 1, boxes + rows.Count);
        }

        var classes = Path.Combine(labels, Classes);
        if (written > 0 && !File.Exists(classes)) AtomicFile.WriteAllText(classes, string.Join('\n', names) + "\n");
        terminal.Output.WriteLine(Invariant($"{written} label files with {boxes} boxes written to {labels}")
            + (nothing > 0 ? Invariant($"; in {nothing} nothing was found: no file") : "")
            + (kept > 0 ? Invariant($"; {kept} had one already and kept it (--overwrite labels them anew)") : ""));
        if (written > 0)
            terminal.Say("Correct every one of them before training: what is missing in a label file is taught as background.");
        else if (nothing > 0)
            terminal.Say(Invariant($"Nothing was found at --conf {options.Suppression.Confidence}: train the model for longer, ")
                + "or ask for less confidence.");
        return terminal.Interrupted.IsCancellationRequested
            ? throw new EspalierException($"interrupted after {written} of {chosen.Count} pictures") : ExitCodes.Done;

        void Skipped(string reason) => terminal.Say($"Skipped: {FailureSentence.Polish(reason)}");
    }

    /// <summary>
    /// What the numbers mean in the labels that a folder of photos has or will have: by a <c>data.yaml</c> or else a <c>classes.txt</c>,
    /// which lies there or up to two folders above, as over <c>images/train</c>, the latter also among the labels. Null where neither is.
    /// </summary>
    private static IReadOnlyList<string>? NamesAround(string folder, string labels)
    {
        string[] places = [folder, Path.Combine(folder, ".."), Path.Combine(folder, "..", "..")];
        if (Find("data.yaml", places) is { } data) return DataConfiguration.Read(data).ClassNames;
        return Find(Classes, [labels, .. places]) is { } list ? LooseFolder.NamesIn(list) : null;

        static string? Find(string name, string[] places) =>
            places.Select(place => Path.GetFullPath(Path.Combine(place, name))).FirstOrDefault(File.Exists);
    }

    /// <summary>What number a data set gives to each class that the model knows, by its name; −1 for those that it does not have.</summary>
    private static int[] NumbersIn(IReadOnlyList<string> names, IReadOnlyList<string> known, string model)
    {
        List<string> wanted = [.. names];
        int[] numbers = [.. known.Select(name => wanted.IndexOf(name))];
        if (numbers.Any(number => number >= 0)) return numbers;
        throw new EspalierException(
            $"{model} finds {ClassText.Few(known)}, and the data set has none of these classes: it has {ClassText.Few(names)}.");
    }

    private static string LabelOf(PictureSource source) => LabelPath.OfPhoto(Path.GetFullPath(source.Path));
}
