using System.CommandLine;
using System.Globalization;
using System.Text;
using Espalier.Cli.Terminal;
using Espalier.Cli.Video;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.HouseNumbers;
using Espalier.Pipelines.Bulk;
using Espalier.Pipelines.Models;
using Espalier.Pipelines.Prediction;
using Espalier.Training.Prediction;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier read PHOTOS</c>: house numbers as text.</summary>
internal sealed class ReadCommand : Verb
{
    private readonly Argument<string[]> _words = new("photos")
    {
        Description = "Pictures, folders, globs, lists of paths (.txt), with --output archives too, - for standard input, a video, a "
            + "camera (camera:0), or a stream (rtsp://…). "
            + $"A model may stand before them: a checkpoint, an .onnx, a safetensors file or a YOLOv5 .pt; {HouseNumberModel.Name}, which "
                + $"comes along, if none does",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _source =
        new("--source") { Description = "The same as photos", HelpName = "source", AllowMultipleArgumentsPerToken = true };
    private readonly DescribedOptions<NumberReadingOptions> _reading = new(new OptionTable<NumberReadingOptions>(),
        new NumberReadingOptions());
    private readonly DescribedOptions<PredictorOptions> _options = new(PredictorOptions.Table, new PredictorOptions(),
        "--image-size", "--device", "--threads");
    private readonly DescribedOptions<BulkOptions> _bulk = new(BulkOptions.Table, new BulkOptions());
    private readonly DescribedOptions<VideoOptions> _frames = new(VideoOptions.Table, new VideoOptions());
    private readonly Option<bool> _pictures =
        new("--save-pictures") { Description = "Draw the digits into the pictures, or the numbers into a video" };
    private readonly Option<bool> _table = new("--save-csv") { Description = "Write numbers.csv" };
    private readonly Option<string> _project = CommonOptions.Project();
    private readonly Option<string> _name = CommonOptions.RunName("read");
    private readonly Option<bool> _json = CommonOptions.Json();

    public ReadCommand(TerminalSession terminal)
        : base(terminal, "read", "Read house numbers in pictures and videos") =>
            Takes([_words, _source, .. _reading.All, .. _options.All, .. _bulk.All, .. _frames.All, _pictures, _table, _project, _name,
                _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier read house.jpg",
        "espalier read photos --save-csv --save-pictures",
        "espalier read runs/train/weights/best.safetensors house.png --json",
        "espalier read best.onnx --source \"photos/*.jpg\"",
        "espalier read photos more.zip --output numbers.csv",
        "espalier read street.mp4 --save-pictures",
        "espalier read camera:0",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var (model, photos) = ModelAndPhotos(parsed);
        if (_bulk.Read(parsed) is { Output: not null } bulk)
        {
            return BulkWork.Run(parsed, terminal, photos, bulk, [.. _frames.All, _pictures, _table, _project, _name, _json], listener =>
                BulkReading.Run(model, photos, bulk, _reading.Read(parsed), _options.Read(parsed), listener, terminal.Interrupted));
        }

        if (photos.Select(VideoSource.Find).FirstOrDefault(video => video is not null) is { } video)
        {
            if (photos.Length > 1) throw new OptionException("a video or a camera is read by itself, not together with other photos");
            return ReadVideo(parsed, model, video, terminal);
        }

        CommonOptions.RefuseWithout(parsed, "a video or a camera", [.. _frames.All]);
        var sources = PictureSources.Find(photos, terminal.OpenInput, Skipped);
        using var reader = ModelFiles.OpenReader(model, _reading.Read(parsed), _options.Read(parsed));
        var read = new List<ReadPicture>();
        RunFolder? folder = null;
        void Skipped(string reason) => terminal.Say($"Skipped: {FailureSentence.Polish(reason)}");
        foreach (var (source, picture) in PictureSources.Read(sources, Skipped, terminal.Interrupted))
        {
            var found = new ReadPicture(source.Path, reader.Read(picture));
            read.Add(found);
            if (!parsed.GetValue(_json)) terminal.Output.WriteLine(Line(found));
            if (parsed.GetValue(_pictures))
                PictureWriter.Write((folder ??= NewFolder(parsed)).File(source.Name + ".png"), Painted(picture, found, reader.ClassNames));
        }

        if (parsed.GetValue(_table)) AtomicFile.WriteAllText((folder ??= NewFolder(parsed)).File("numbers.csv"), Table(read));
        if (parsed.GetValue(_json)) terminal.Output.Write(ToJson(read, reader.ClassNames));
        if (folder is not null) terminal.Say($"Written to {folder.Path}");
        terminal.SayBroken(reader.BrokenRows);
        if (!terminal.Interrupted.IsCancellationRequested) return ExitCodes.Done;
        throw new EspalierException($"interrupted after {read.Count} of {sources.Count} pictures");
    }

    /// <summary>What stands first and is named as models are is the model; all else is to be read.</summary>
    private (string Model, string[] Photos) ModelAndPhotos(ParseResult parsed)
    {
        var words = parsed.GetValue(_words)!;
        var (model, others) = words is [var first, ..] && ModelFiles.IsModel(first) ? (first, words[1..]) : (HouseNumberModel.Name, words);
        string[] photos = [.. others, .. parsed.GetValue(_source) ?? []];
        return photos.Length > 0
            ? (model, photos) : throw new OptionException("read needs a picture, a folder, a video or a camera to read");
    }

    private int ReadVideo(ParseResult parsed, string model, VideoSource source, TerminalSession terminal)
    {
        var tools = FfmpegTools.Find(terminal.ProgramPath);
        using var frames = FfmpegFrames.Open(tools, source, _frames.Read(parsed).Every, terminal.Interrupted);
        using var reader = ModelFiles.OpenReader(model, _reading.Read(parsed), _options.Read(parsed));
        var reading = new VideoReading(reader, frames, terminal);
        RunFolder? folder = null;
        try
        {
            reading.Read(parsed.GetValue(_json), parsed.GetValue(_pictures) ? Begin : null);
            WriteTable();
        }
        catch (EspalierException) when (reading.Frames > 0)
        {
            // A camera that was pulled out: what it showed until then is not lost.
            WriteTable();
            Tell();
            throw;
        }
        catch
        {
            folder?.Discard();
            throw;
        }

        Tell();
        // Nothing but Ctrl-C ends a camera.
        if (source.IsLive || !terminal.Interrupted.IsCancellationRequested) return ExitCodes.Done;
        throw new EspalierException($"interrupted after {reading.Frames} frames");

        void WriteTable()
        {
            if (parsed.GetValue(_table))
                AtomicFile.WriteAllText((folder ??= NewFolder(parsed)).File("numbers.csv"), VideoReading.ToTable(reading.Tracks));
        }

        void Tell()
        {
            if (parsed.GetValue(_json)) terminal.Output.Write(VideoReading.ToJson(reading.Tracks));
            terminal.Say($"{reading.Frames} frames, {reading.Tracks.Count} numbers");
            if (folder is not null) terminal.Say($"Written to {folder.Path}");
            terminal.SayBroken(reader.BrokenRows);
        }

        AnnotatedVideo Begin(PictureSize size) =>
            new(tools, (folder ??= NewFolder(parsed)).File(source.Name + ".mp4"), size, frames, terminal.Interrupted);
    }

    private RunFolder NewFolder(ParseResult parsed) => RunFolder.CreateNext(parsed.GetValue(_project)!, parsed.GetValue(_name)!);

    private static string Line(ReadPicture picture)
    {
        var accepted = picture.Numbers.Where(number => number.IsAccepted)
            .Select(number => Invariant($"{number.Text} ({number.Confidence:0.00})")).ToList();
        var said = picture.Numbers.Count == 0 ? "nothing"
            : accepted.Count == 0 ? Invariant($"cannot read (best guess {picture.Numbers[0].Text}, {picture.Numbers[0].Confidence:0.00})")
            : string.Join(", ", accepted);
        return PlainText.OneLine($"{picture.Path}  {said}");
    }

    private static Picture Painted(Picture picture, ReadPicture found, IReadOnlyList<string> names) =>
        BoxPainter.Paint(picture, found.Numbers.SelectMany(number => number.Detections), names);

    private static string Table(List<ReadPicture> read)
    {
        var table = new StringBuilder("picture,number,confidence,left,top,right,bottom,accepted\n");
        foreach (var picture in read)
        {
            foreach (var number in picture.Numbers)
            {
                table.Append(
                    CultureInfo.InvariantCulture,
                    $"{CsvField.Quote(picture.Path)},{number.Text},{number.Confidence:0.#####},"
                        + $"{number.Box.Left:0.##},{number.Box.Top:0.##},{number.Box.Right:0.##},{number.Box.Bottom:0.##},"
                        + $"{(number.IsAccepted ? "yes" : "no")}\n"
                );
            }
        }

        return table.ToString();
    }

    private static string ToJson(List<ReadPicture> read, IReadOnlyList<string> names) => JsonOutput.Text(read.Select(picture => new
    {
        picture.Path,
        Numbers = picture.Numbers.Select(number => new
        {
            number.Text,
            Confidence = Math.Round(number.Confidence, 5),
            Accepted = number.IsAccepted,
            Box = Box(number.Box),
            Lines = number.Lines.Select(line => line.Select(digit => new
            {
                Digit = names[digit.Class],
                Confidence = Math.Round(digit.Confidence, 5),
                Box = Box(digit.Box),
                Alternatives = digit.Alternatives.Select(
                    other => new { Digit = names[other.Class], Confidence = Math.Round(other.Confidence, 5) }),
            })),
        }),
    }));

    private static double[] Box(Box box) =>
        [Math.Round(box.Left, 2), Math.Round(box.Top, 2), Math.Round(box.Right, 2), Math.Round(box.Bottom, 2)];

    private sealed record ReadPicture(string Path, IReadOnlyList<HouseNumber> Numbers);
}
