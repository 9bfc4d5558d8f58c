using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Espalier.Cli.Prediction;
using Espalier.Cli.Terminal;
using Espalier.Cli.Video;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Pipelines.Bulk;
using Espalier.Pipelines.Models;
using Espalier.Pipelines.Prediction;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier predict WEIGHTS --source …</c>: finds objects in pictures and writes what it found.</summary>
internal sealed class PredictCommand : Verb
{
    private readonly Argument<string> _weights = CommonOptions.Model();
    private readonly Option<string[]> _sources = new("--source")
    {
        Description = "Pictures, folders, globs in quotes or lists of paths; with --output archives too; - for a picture or paths on "
            + "standard input; or one video, camera (camera:0, or 0) or stream (rtsp://…)",
        HelpName = "file|folder|glob|-|camera:0",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly DescribedOptions<PredictorOptions> _options = new(PredictorOptions.Table, new PredictorOptions());
    private readonly Option<string[]> _classes = new("--classes")
    {
        Description = "Only these classes, by name or by number",
        HelpName = "name|n",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly DescribedOptions<BulkOptions> _bulk = new(BulkOptions.Table, new BulkOptions());
    private readonly DescribedOptions<VideoOptions> _frames = new(VideoOptions.Table, new VideoOptions());
    private readonly DescribedOptions<PredictionOutputs> _outputs = new(PredictionOutputs.Table, new PredictionOutputs());
    private readonly Option<string> _project = CommonOptions.Project();
    private readonly Option<string> _name = CommonOptions.RunName("predict");
    private readonly Option<bool> _json = CommonOptions.Json();

    public PredictCommand(TerminalSession terminal)
        : base(terminal, "predict", "Find objects in pictures and videos") =>
            Takes([_weights, _sources, .. _options.All, _classes, .. _bulk.All, .. _frames.All, .. _outputs.All, _project, _name, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier predict runs/train/weights/best.safetensors --source photos",
        "espalier predict best.safetensors --source \"photos/*.png\" --save-txt --save-conf --save-crops",
        "espalier predict best.onnx --source photos more/house.jpg --classes cat dog",
        "espalier predict best.onnx --source photos --output objects.parquet",
        "espalier predict best.onnx --source street.mp4 --every 5 --save-csv",
        "cat photo.jpg | espalier predict best.safetensors --source - --no-pictures --json",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var named = parsed.GetValue(_sources)!;
        if (_bulk.Read(parsed) is { Output: not null } bulk)
        {
            return BulkWork.Run(parsed, terminal, named, bulk, [.. _frames.All, .. _outputs.All, _project, _name, _json], listener =>
                BulkPrediction.Run(parsed.GetValue(_weights)!, named, bulk, _options.Read(parsed), Choose, listener, terminal.Interrupted));
        }

        var video = named.Select(VideoSource.Find).FirstOrDefault(found => found is not null);
        if (video is not null && named.Length > 1)
            throw new OptionException($"'{video.Path}' is a video or a camera and must be the only --source");
        if (video is null) CommonOptions.RefuseWithout(parsed, "a video or a camera", [.. _frames.All]);
        var (options, outputs) = (_options.Read(parsed), _outputs.Read(parsed));
        var tools = video is null ? null : FfmpegTools.Find(terminal.ProgramPath);
        using var frames = video is null ? null : FfmpegFrames.Open(tools!, video, _frames.Read(parsed).Every, terminal.Interrupted);
        var sources = video is null ? PictureSources.Find(named, terminal.OpenInput, Skipped) : [];
        using var predictor = ModelFiles.OpenDetector(parsed.GetValue(_weights)!, options, Choose);
        var writer = new PredictionWriter(parsed.GetValue(_project)!, parsed.GetValue(_name)!, video is null
            ? outputs : outputs with { Pictures = false }, predictor.ClassNames, keepAll: parsed.GetValue(_json));
        try
        {
            if (frames is null) Predict(predictor, sources, writer, parsed.GetValue(_json), Skipped, terminal);
            else PredictFrames(predictor, tools!, frames, writer, outputs.Pictures, parsed, terminal);
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
        terminal.SayBroken(predictor.BrokenRows);

        // Nothing but Ctrl-C ends a camera.
        if (video is { IsLive: true } || !terminal.Interrupted.IsCancellationRequested) return ExitCodes.Done;
        throw new EspalierException(video is null ? $"interrupted after {writer.Count} of {sources.Count} pictures"
            : $"interrupted after {writer.Count} frames");

        void Skipped(string reason) => terminal.Say($"Skipped: {FailureSentence.Polish(reason)}");

        NmsOptions Choose(NmsOptions own, IReadOnlyList<string> names) =>
            _options.Read(parsed, new PredictorOptions { Suppression = own })
                .Suppression with
            { Classes = Numbers(parsed.GetValue(_classes), names) };
    }

    /// <summary>The classes that were named; null where none was.</summary>
    internal static List<int>? Numbers(string[]? words, IReadOnlyList<string> names)
    {
        if (words is not { Length: > 0 }) return null;
        return [.. words.SelectMany(word => names.Contains(word) ? [word] : word.Split(',')).Select(word =>
        {
            // Before numbers: classes are often digits, and not always in their order.
            for (var index = 0; index < names.Count; index++)
            {
                if (names[index].Equals(word, StringComparison.OrdinalIgnoreCase)) return index;
            }

            if (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                OptionException.ThrowIfOutside(number, 0, names.Count - 1, "A number of --classes");
                return number;
            }

            throw new OptionException($"The model knows no class '{word}'{Spelling.Hint(word, names)}; its {names.Count} classes are "
                + $"{string.Join(", ", names.Take(20))}{(names.Count > 20 ? ", …" : "")}");
        })];
    }

    private void Tell(ParseResult parsed, PredictionWriter writer, TerminalSession terminal)
    {
        if (parsed.GetValue(_json)) terminal.Output.Write(PredictionWriter.ToJson(writer.All));
        if (writer.Folder is not null) terminal.Say($"Written to {writer.Folder}");
    }

    /// <summary>Looks at the pictures one by one; what cannot be read is skipped with a sentence, unless there is nothing else.</summary>
    private static void Predict(IPictureDetector predictor, IReadOnlyList<PictureSource> sources, PredictionWriter writer,
        bool quiet, Action<string> skipped, TerminalSession terminal)
    {
        foreach (var (source, picture) in PictureSources.Read(sources, skipped, terminal.Interrupted))
        {
            var clock = Stopwatch.StartNew();
            var detections = predictor.Detect(picture);
            var milliseconds = clock.Elapsed.TotalMilliseconds;
            var predicted = writer.Add(source, picture, detections);
            if (!quiet) terminal.Output.WriteLine(Line(predicted, milliseconds));
        }
    }

    /// <summary>Looks at the frames of a video one by one; annotated, they are a video again.</summary>
    private void PredictFrames(IPictureDetector predictor, FfmpegTools tools, FfmpegFrames frames, PredictionWriter writer,
        bool annotates, ParseResult parsed, TerminalSession terminal)
    {
        AnnotatedVideo? annotated = null;
        try
        {
            foreach (var (picture, seconds) in frames.Read())
            {
                var clock = Stopwatch.StartNew();
                var detections = predictor.Detect(picture);
                var milliseconds = clock.Elapsed.TotalMilliseconds;
                var predicted = writer.Add(PictureSource.OfFrame(frames.Source.Name, frames.Source.Path, writer.Count, picture, seconds),
                    picture, detections);
                if (!parsed.GetValue(_json)) terminal.Output.WriteLine(Line(predicted, milliseconds));
                if (!annotates) continue;
                var painted = BoxPainter.Paint(picture, detections, predictor.ClassNames);
                annotated ??= new AnnotatedVideo(tools, writer.NewFile(frames.Source.Name + ".mp4"),
                    new PictureSize(painted.Width, painted.Height), frames, terminal.Interrupted);
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
        var counts = predicted.Detections.GroupBy(found => (found.Class, found.Name)).OrderBy(group => group.Key.Class)
            .Select(group => $"{group.Count()} × {Quoted(group.Key.Name)}");
        var found = predicted.Detections.Count == 0 ? "nothing" : string.Join(", ", counts);
        return PlainText.OneLine(Invariant($"{predicted.Path}  {predicted.Width}×{predicted.Height}  {found}  {milliseconds:0.0} ms"));

        // Beside a count, a class that is named 8 would be read as another.
        static string Quoted(string name) => char.IsAsciiDigit(name.FirstOrDefault()) ? $"'{name}'" : name;
    }
}
