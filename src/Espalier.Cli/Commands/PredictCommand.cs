using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Espalier.Cli.Models;
using Espalier.Cli.Prediction;
using Espalier.Cli.Terminal;
using Espalier.Cli.Video;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier predict WEIGHTS --source …</c>: finds objects in pictures and writes what it found.</summary>
internal sealed class PredictCommand : Command, IHasExamples
{
    private readonly Argument<string> _weights = CommonOptions.Model();
    private readonly Option<string> _source = new("--source") { Description = "A picture, a folder, a glob in quotes, a text file of paths, - for a picture or paths on standard input, a video, or a camera: camera:0", HelpName = "file|folder|glob|-|camera:0", Required = true };
    private readonly Option<int?> _imageSize = Ranged.OptionalNumber("--image-size", "The picture's longer side in pixels, a multiple of the stride; default as trained", 32, 4096, "--img");
    private readonly Option<double> _confidence = CommonOptions.Confidence(0.25);
    private readonly Option<double> _overlap = CommonOptions.OverlapThreshold(0.45);
    private readonly Option<int> _maximum = CommonOptions.MaximumDetections();
    private readonly Option<int[]> _classes = Ranged.Numbers("--classes", "Only these classes, by number", 0, GraphLimits.Classes - 1);
    private readonly Option<bool> _agnostic = new("--agnostic") { Description = "Let boxes of different classes suppress each other" };
    private readonly Option<bool> _square = new("--square") { Description = "Pad to a square instead of the smallest rectangle" };
    private readonly Option<int> _every = CommonOptions.Every();
    private readonly Option<bool> _noPictures = new("--no-pictures") { Description = "Do not draw annotated pictures or videos" };
    private readonly Option<bool> _text = new("--save-txt") { Description = "Write YOLO label files" };
    private readonly Option<bool> _textConfidence = new("--save-conf") { Description = "Add the confidence to their rows" };
    private readonly Option<bool> _table = new("--save-csv") { Description = "Write predictions.csv" };
    private readonly Option<bool> _saveJson = new("--save-json") { Description = "Write predictions.json" };
    private readonly Option<bool> _crops = new("--save-crops") { Description = "Cut every object out" };
    private readonly Option<string> _project = CommonOptions.Project();
    private readonly Option<string> _name = CommonOptions.RunName("predict");
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    public PredictCommand(TerminalSession terminal)
        : base("predict", "Find objects in pictures and videos")
    {
        CommonOptions.AddAll(this, [
            _weights, _source, _imageSize, _confidence, _overlap, _maximum, _classes, _agnostic, _square, _every, _noPictures, _text, _textConfidence,
            _table, _saveJson, _crops, _project, _name, _json, _device, _threads]);
        SetAction(parsed => Run(parsed, terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "espalier predict runs/train/weights/best.safetensors --source photos",
        "espalier predict best.safetensors --source \"photos/*.png\" --save-txt --save-conf --save-crops",
        "espalier predict best.onnx --source photos",
        "espalier predict best.onnx --source street.mp4 --every 5 --save-csv",
        "cat photo.jpg | espalier predict best.safetensors --source - --no-pictures --json",
    ];

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var video = VideoSource.Find(parsed.GetValue(_source)!);
        if (video is null) CommonOptions.RefuseWithout(parsed, "a video or a camera", _every);
        if (!parsed.GetValue(_text)) CommonOptions.RefuseWithout(parsed, "--save-txt", _textConfidence);
        var tools = video is null ? null : FfmpegTools.Find(terminal.ProgramPath);
        using var frames = video is null ? null : FfmpegFrames.Open(tools!, video, parsed.GetValue(_every), terminal.Interrupted);
        var sources = video is null ? PictureSources.Find(parsed.GetValue(_source)!, terminal.OpenInput) : [];
        using var predictor = ModelFiles.OpenDetector(parsed.GetValue(_weights)!, new PredictorOptions
        {
            ImageSize = parsed.GetValue(_imageSize),
            Square = parsed.GetValue(_square),
            Device = parsed.GetValue(_device)!,
            Threads = parsed.GetValue(_threads),
        }, suppression => Chosen(parsed, suppression));
        CheckClasses(parsed, predictor.ClassNames.Count);
        var writer = new PredictionWriter(parsed.GetValue(_project)!, parsed.GetValue(_name)!, Outputs(parsed, video is not null), predictor.ClassNames, keepAll: parsed.GetValue(_json));
        try
        {
            if (frames is null) Predict(predictor, sources, writer, parsed.GetValue(_json), terminal);
            else PredictFrames(predictor, tools!, frames, writer, parsed, terminal);
            writer.Finish();
        }
        catch (EspalierException) when (frames is not null && writer.Count > 0)
        {
            // A camera that was pulled out: what it showed until then is not lost.
            writer.Finish();
            writer.DiscardIfEmpty();
            Tell(parsed, writer, terminal);
            throw;
        }
        catch
        {
            writer.DiscardIfEmpty();
            throw;
        }

        Tell(parsed, writer, terminal);
        // Nothing but Ctrl-C ends a camera.
        if (video is { IsLive: true } || !terminal.Interrupted.IsCancellationRequested) return ExitCodes.Done;
        throw new EspalierException(video is null ? $"interrupted after {writer.Count} of {sources.Count} pictures" : $"interrupted after {writer.Count} frames");
    }

    private void Tell(ParseResult parsed, PredictionWriter writer, TerminalSession terminal)
    {
        if (parsed.GetValue(_json)) terminal.Output.WriteLine(PredictionWriter.ToJson(writer.All));
        if (writer.Folder is not null) terminal.Say($"Written to {writer.Folder}");
    }

    /// <summary>Looks at the pictures one by one; what cannot be read is skipped with a sentence, unless there is nothing else.</summary>
    private static void Predict(IPictureDetector predictor, IReadOnlyList<PictureSource> sources, PredictionWriter writer, bool quiet, TerminalSession terminal)
    {
        foreach (var source in sources)
        {
            if (terminal.Interrupted.IsCancellationRequested) return;
            try
            {
                var picture = source.Read();
                var clock = Stopwatch.StartNew();
                var detections = predictor.Detect(picture);
                var milliseconds = clock.Elapsed.TotalMilliseconds;
                var predicted = writer.Add(source, picture, detections);
                if (!quiet) terminal.Output.WriteLine(Line(predicted, milliseconds));
            }
            catch (PictureException exception) when (sources.Count > 1)
            {
                terminal.Say($"Skipped: {FailureSentence.Polish(exception.Message)}");
            }
        }

        if (writer.Count == 0) throw new EspalierException($"none of the {sources.Count} pictures could be read");
    }

    /// <summary>Looks at the frames of a video one by one; annotated, they are a video again.</summary>
    private void PredictFrames(IPictureDetector predictor, FfmpegTools tools, FfmpegFrames frames, PredictionWriter writer, ParseResult parsed, TerminalSession terminal)
    {
        AnnotatedVideo? annotated = null;
        try
        {
            foreach (var (picture, seconds) in frames.Read())
            {
                var clock = Stopwatch.StartNew();
                var detections = predictor.Detect(picture);
                var milliseconds = clock.Elapsed.TotalMilliseconds;
                var predicted = writer.Add(PictureSource.OfFrame(frames.Source.Name, frames.Source.Path, writer.Count, picture, seconds), picture, detections);
                if (!parsed.GetValue(_json)) terminal.Output.WriteLine(Line(predicted, milliseconds));
                if (parsed.GetValue(_noPictures)) continue;
                var painted = BoxPainter.Paint(picture, detections, predictor.ClassNames);
                annotated ??= new AnnotatedVideo(tools, writer.NewFile(frames.Source.Name + ".mp4"), new PictureSize(painted.Width, painted.Height), frames, terminal.Interrupted);
                annotated.Add(painted);
            }

            annotated?.Finish();
        }
        catch (EspalierException)
        {
            annotated?.FinishWhatIsThere();
            throw;
        }
        finally
        {
            annotated?.Dispose();
        }
    }

    private static string Line(PredictedPicture predicted, double milliseconds)
    {
        var counts = predicted.Detections.GroupBy(found => (found.Class, found.Name)).OrderBy(group => group.Key.Class).Select(group => $"{group.Count()} × {group.Key.Name}");
        var found = predicted.Detections.Count == 0 ? "nothing" : string.Join(", ", counts);
        return PlainText.OneLine(string.Create(CultureInfo.InvariantCulture, $"{predicted.Path}  {predicted.Width}×{predicted.Height}  {found}  {milliseconds:0.0} ms"));
    }

    private void CheckClasses(ParseResult parsed, int count)
    {
        foreach (var index in parsed.GetValue(_classes) ?? [])
        {
            OptionException.ThrowIfOutside(index, 0, count - 1, "A number of --classes");
        }
    }

    /// <summary>A suppression with what the user said of it; the options' defaults are those of <see cref="NmsOptions.ForPrediction"/>.</summary>
    private NmsOptions Chosen(ParseResult parsed, NmsOptions suppression)
    {
        bool Said(Option option) => parsed.GetResult(option) is { Implicit: false };
        return suppression with
        {
            Confidence = Said(_confidence) ? (float)parsed.GetValue(_confidence) : suppression.Confidence,
            IoU = Said(_overlap) ? (float)parsed.GetValue(_overlap) : suppression.IoU,
            MaximumDetections = Said(_maximum) ? parsed.GetValue(_maximum) : suppression.MaximumDetections,
            Agnostic = Said(_agnostic) || suppression.Agnostic,
            Classes = parsed.GetValue(_classes) is { Length: > 0 } classes ? classes : null,
        };
    }

    private PredictionOutputs Outputs(ParseResult parsed, bool isVideo) => new(
        !isVideo && !parsed.GetValue(_noPictures), parsed.GetValue(_text), parsed.GetValue(_textConfidence), parsed.GetValue(_table), parsed.GetValue(_saveJson), parsed.GetValue(_crops));
}
