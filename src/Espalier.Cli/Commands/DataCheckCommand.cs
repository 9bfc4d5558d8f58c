using System.CommandLine;
using System.CommandLine.Parsing;
using Espalier.Cli.Checks;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Datasets.Checks;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.HouseNumbers;
using Espalier.Pipelines.Models;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data check …</c>: finds damaged and doubtful data, and writes a cleaned copy where asked.</summary>
internal sealed class DataCheckCommand : Verb
{
    // What the model says below this is noise; down to here it counts as having seen something.
    private const float LeastConfidence = 0.05f;

    // Batches of so few are small ones, or an epoch has next to none.
    private const int FewPhotos = 200;

    private readonly Argument<string[]> _sources = new("data")
    {
        Description = "A data.yaml or its folder, folders of numbered photos "
        + "beside a digitStruct.mat, or COCO's or Pascal VOC's annotation files",
        Arity = ArgumentArity.OneOrMore
    };
    private readonly Option<string?> _weights = CommonOptions.OptionalText("--weights",
        "A trained model: also report where it disagrees with the labels", "file");
    private readonly DescribedOptions<DatasetCheckOptions> _check = new(new OptionTable<DatasetCheckOptions>(), new DatasetCheckOptions());
    private readonly DescribedOptions<PredictorOptions> _model = new(PredictorOptions.Table, new PredictorOptions(),
        "--image-size", "--device", "--threads");
    private readonly Option<string?> _fix = CommonOptions.OptionalText("--fix",
        "Write a cleaned copy into this folder; nothing is changed in place", "folder");
    private readonly Option<string[]> _drop = new("--drop")
    {
        Description = "With --fix, leave out photos with findings "
        + "of these doubtful kinds too",
        HelpName = "kind",
        AllowMultipleArgumentsPerToken = true
    };
    private readonly Option<bool> _strict = new("--strict") { Description = "Exit with 1 where something is found" };
    private readonly Option<bool> _json = CommonOptions.Json();

    public DataCheckCommand(TerminalSession terminal)
        : base(terminal, "check", "Find damaged and doubtful data")
    {
        Takes([_sources, _weights, .. _check.All, .. _model.All, _fix, _drop, _strict, _json]);
        _drop.Validators.Add(RefuseUnknownKinds);
        Validators.Add(result =>
        {
            if (result.GetResult(_drop) is { Implicit: false } && result.GetResult(_fix) is null)
                result.AddError("--drop says what --fix leaves out, but there is no --fix.");
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier data check svhn/data.yaml",
        "espalier data check train test --json",
        "espalier data check svhn/data.yaml --weights best.safetensors --fix svhn-clean --drop model-sees-another-class",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        if (parsed.GetValue(_weights) is null) CommonOptions.RefuseWithout(parsed, "--weights", [.. _check.All, .. _model.All]);
        var source = DatasetFormats.List(parsed.GetValue(_sources)!, terminal.Interrupted);
        using var predictor = parsed.GetValue(_weights) is { } weights ? OpenModel(weights, parsed, source.ClassNames) : null;
        var options = _check.Read(parsed) with { Detect = predictor is null ? null : predictor.Detect };
        var report = DatasetCheck.Run(source, options, new Reporter(new ProgressLine(terminal)), terminal.Interrupted);
        HashSet<string> droppedNames = [.. parsed.GetValue(_drop) ?? []];
        var dropped = FindingKinds.All.Where(kind => droppedNames.Contains(kind.Name)).Select(kind => kind.Kind).ToList();
        var copy = parsed.GetValue(_fix) is { } folder ? CleanedCopy.Write(report, folder, dropped, terminal.Interrupted) : null;
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json) ? CheckText.ToJson(report, copy) : CheckText.ToText(report, copy));
        var boxes = new int[source.ClassNames.Count];
        foreach (var (_, label) in report.Inspected.SelectMany(photo => photo.Labels)) boxes[label.Class]++;
        if (ClassCounts.Note(source.ClassNames, boxes) is { } note) terminal.Say(note);
        if (parsed.GetValue(_sources) is [var only] && copy is null && source.Format.Name == "yolo")
        {
            var data = CommandWord.Quote(only);
            terminal.Say($"Next: espalier data view {data} --output sheet.png, then espalier train {data}{Wise(source)}");
        }

        return parsed.GetValue(_strict) && report.Findings.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Options of a first run, as in docs/your-photos.md: whoever has digits need not begin from nothing.</summary>
    private static string Wise(DatasetListing source)
    {
        var batch = source.Photos.Count < FewPhotos ? " --batch 8" : "";
        return NumberCharacters.AreClasses(source.ClassNames)
            ? $" --weights {HouseNumberModel.Name} --image-size 160{batch} --epochs 50" : batch;
    }

    private Predictor OpenModel(string weights, ParseResult parsed, IReadOnlyList<string> classNames)
    {
        var predictor = Predictor.Open(ModelFiles.CheckpointFile(weights),
            _model.Read(parsed) with { Suppression = new NmsOptions { Confidence = LeastConfidence } });
        if (predictor.ClassNames.SequenceEqual(classNames, StringComparer.Ordinal)) return predictor;
        predictor.Dispose();
        throw new EspalierException($"{weights} knows the classes {ClassText.Few(predictor.ClassNames)}, but the data have "
            + $"{ClassText.Few(classNames)}: the model must have been trained on these classes.");
    }

    private static void RefuseUnknownKinds(OptionResult result)
    {
        var allowed = FindingKinds.All.Where(kind => kind.Severity == FindingSeverity.Doubtful && kind.Kind is not (
            FindingKind.OrphanLabels or FindingKind.UnreadFile or FindingKind.MissingSplit)).Select(kind => kind.Name).ToList();
        foreach (var token in result.Tokens)
        {
            if (!allowed.Contains(token.Value))
                result.AddError($"--drop is one or several of {string.Join(", ", allowed)}, not '{token.Value}'.");
        }
    }

    /// <summary>Reports come from several threads.</summary>
    private sealed class Reporter(ProgressLine progress) : IProgress<CheckProgress>
    {
        private readonly Lock _lock = new();

        public void Report(CheckProgress value)
        {
            lock (_lock) progress.Update(value.Stage, value.Photos.Done, value.Photos.Total);
        }
    }
}
