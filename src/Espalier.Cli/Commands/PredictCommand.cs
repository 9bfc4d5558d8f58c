using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Espalier.Cli.Prediction;
using Espalier.Cli.Terminal;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier predict WEIGHTS --source …</c>: finds objects in pictures and writes what it found.</summary>
internal sealed class PredictCommand : Command
{
    private readonly Argument<string> _weights = new("weights") { Description = "A checkpoint, a safetensors file or a YOLOv5 .pt" };
    private readonly Option<string> _source = new("--source") { Description = "A picture, a folder, a glob in quotes, a text file of paths, or - for standard input", Required = true };
    private readonly Option<int?> _imageSize = Ranged.OptionalNumber("--image-size", "The picture's longer side in pixels, a multiple of the stride; default as trained", 32, 4096, "--img");
    private readonly Option<double> _confidence = CommonOptions.Confidence(0.25);
    private readonly Option<double> _overlap = CommonOptions.OverlapThreshold(0.45);
    private readonly Option<int> _maximum = CommonOptions.MaximumDetections();
    private readonly Option<int[]> _classes = new("--classes") { Description = "Only these classes, by number", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _agnostic = new("--agnostic") { Description = "Let boxes of different classes suppress each other" };
    private readonly Option<bool> _square = new("--square") { Description = "Pad to a square instead of the smallest rectangle" };
    private readonly Option<bool> _noPictures = new("--no-pictures") { Description = "Do not draw annotated pictures" };
    private readonly Option<bool> _text = new("--save-txt") { Description = "Write YOLO label files" };
    private readonly Option<bool> _textConfidence = new("--save-conf") { Description = "Add the confidence to their rows" };
    private readonly Option<bool> _table = new("--save-csv") { Description = "Write predictions.csv" };
    private readonly Option<bool> _saveJson = new("--save-json") { Description = "Write predictions.json" };
    private readonly Option<bool> _crops = new("--save-crops") { Description = "Cut every object out" };
    private readonly Option<string> _project = new("--project") { Description = "The folder of runs", DefaultValueFactory = _ => "runs" };
    private readonly Option<string> _name = new("--name") { Description = "The run's name in that folder", DefaultValueFactory = _ => "predict" };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    public PredictCommand(TerminalSession terminal)
        : base("predict", "Find objects in pictures. Example: espalier predict runs/train/weights/best.safetensors --source photos")
    {
        CommonOptions.AddAll(this, [
            _weights, _source, _imageSize, _confidence, _overlap, _maximum, _classes, _agnostic, _square, _noPictures, _text, _textConfidence,
            _table, _saveJson, _crops, _project, _name, _json, _device, _threads]);
        SetAction(parsed => Run(parsed, terminal));
    }

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var sources = PictureSources.Find(parsed.GetValue(_source)!, Console.OpenStandardInput);
        using var predictor = Predictor.Open(parsed.GetValue(_weights)!, new PredictorOptions
        {
            ImageSize = parsed.GetValue(_imageSize),
            Square = parsed.GetValue(_square),
            Device = parsed.GetValue(_device)!,
            Threads = parsed.GetValue(_threads),
            Suppression = SuppressionOptions(parsed),
        });
        CheckClasses(parsed, predictor.ClassNames.Count);
        var outputs = Outputs(parsed);
        var folder = outputs.Any ? RunFolder.CreateNext(parsed.GetValue(_project)!, parsed.GetValue(_name)!).Path : null;
        var all = Predict(predictor, sources, new PredictionWriter(folder ?? string.Empty, outputs, predictor.ClassNames), parsed.GetValue(_json), terminal);
        if (parsed.GetValue(_json)) terminal.Output.WriteLine(PredictionWriter.ToJson(all));
        if (folder is not null) terminal.Error.WriteLine($"Written to {folder}");
        if (all.Count == 0) throw new EspalierException(sources.Count == 1 ? "the picture could not be read" : "none of the pictures could be read");
        return terminal.Interrupted.IsCancellationRequested ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static List<PredictedPicture> Predict(Predictor predictor, IReadOnlyList<PictureSource> sources, PredictionWriter writer, bool quiet, TerminalSession terminal)
    {
        var all = new List<PredictedPicture>(sources.Count);
        foreach (var source in sources)
        {
            if (terminal.Interrupted.IsCancellationRequested) break;
            try
            {
                var picture = source.Read();
                var clock = Stopwatch.StartNew();
                var detections = predictor.Detect(picture);
                var milliseconds = clock.Elapsed.TotalMilliseconds;
                var predicted = writer.Add(source, picture, detections);
                all.Add(predicted);
                if (!quiet) terminal.Output.WriteLine(Line(predicted, milliseconds));
            }
            catch (PictureException exception)
            {
                terminal.Error.WriteLine($"skipped: {exception.Message}");
            }
        }

        writer.Finish();
        return all;
    }

    private static string Line(PredictedPicture predicted, double milliseconds)
    {
        var counts = predicted.Detections.GroupBy(found => (found.Class, found.Name)).OrderBy(group => group.Key.Class).Select(group => $"{group.Count()} × {group.Key.Name}");
        var found = predicted.Detections.Count == 0 ? "nothing" : string.Join(", ", counts);
        return string.Create(CultureInfo.InvariantCulture, $"{predicted.Path}  {predicted.Width}×{predicted.Height}  {found}  {milliseconds:0.0} ms");
    }

    private void CheckClasses(ParseResult parsed, int count)
    {
        foreach (var index in parsed.GetValue(_classes) ?? [])
        {
            if (index < 0 || index >= count) throw new EspalierException($"--classes names class {index}, but the weights know classes 0…{count - 1}");
        }
    }

    private NmsOptions SuppressionOptions(ParseResult parsed) => new()
    {
        Confidence = (float)parsed.GetValue(_confidence),
        IoU = (float)parsed.GetValue(_overlap),
        MaximumDetections = parsed.GetValue(_maximum),
        Agnostic = parsed.GetValue(_agnostic),
        Classes = parsed.GetValue(_classes) is { Length: > 0 } classes ? classes : null,
    };

    private PredictionOutputs Outputs(ParseResult parsed) => new(
        !parsed.GetValue(_noPictures), parsed.GetValue(_text), parsed.GetValue(_textConfidence), parsed.GetValue(_table), parsed.GetValue(_saveJson), parsed.GetValue(_crops));
}
