using System.Globalization;
using System.Text;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Pipelines.Prediction;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Cli.Prediction;

/// <summary>What <c>predict</c> leaves on disk besides its report.</summary>
internal sealed record PredictionOutputs
{
    public static OptionTable<PredictionOutputs> Table { get; } = new();

    [Option("--no-pictures", "Do not draw annotated pictures or videos", IsInverted = true)]
    public bool Pictures { get; init; } = true;

    [Option("--save-txt", "Write YOLO label files")]
    public bool Text { get; init; }

    [Option("--save-conf", "Add the confidence to their rows", Needs = ["--save-txt"])]
    public bool Confidence { get; init; }

    [Option("--save-csv", "Write predictions.csv")]
    public bool Csv { get; init; }

    [Option("--save-json", "Write predictions.json")]
    public bool Json { get; init; }

    [Option("--save-crops", "Cut every object out")]
    public bool Crops { get; init; }

    public bool Any => Pictures || Text || Csv || Json || Crops;
}

/// <summary>Writes predictions into a run folder as they come; tables appear whole at the end.
/// The folder is made for the first picture that could be read.</summary>
/// <param name="project">The folder of runs.</param>
/// <param name="name">The run's name in it.</param>
/// <param name="outputs">What to write; where it is nothing, no folder is made.</param>
/// <param name="classNames">The names of classes 0, 1, ….</param>
/// <param name="keepAll">Whether <see cref="All"/> is wanted at the end, table and JSON aside: a camera's frames have no end.</param>
internal sealed class PredictionWriter(string project, string name, PredictionOutputs outputs, IReadOnlyList<string> classNames,
    bool keepAll)
{
    private readonly List<PredictedPicture> _all = [];
    private RunFolder? _run;

    /// <summary>Where everything was written; null where nothing was.</summary>
    public string? Folder => _run?.Path;

    /// <summary>How many pictures there were so far.</summary>
    public int Count { get; private set; }

    /// <summary>What was found so far, where it is kept.</summary>
    public IReadOnlyList<PredictedPicture> All => _all;

    /// <summary>One picture and what was found in it.</summary>
    public PredictedPicture Add(PictureSource source, Picture picture, IReadOnlyList<Detection> detections)
    {
        var predicted = Describe(source, picture, detections);
        if (outputs.Any) WriteFiles(_run ??= RunFolder.CreateNext(project, name), source, picture, detections);
        Count++;
        if (keepAll || outputs.Csv || outputs.Json) _all.Add(predicted);
        return predicted;
    }

    /// <summary>The path of a file that somebody else writes into the folder.</summary>
    public string NewFile(string file) => (_run ??= RunFolder.CreateNext(project, name)).File(file);

    /// <summary>Writes what covers all pictures.</summary>
    public void Finish()
    {
        if (_run is null) return;
        if (outputs.Csv) AtomicFile.WriteAllText(_run.File("predictions.csv"), Table());
        if (outputs.Json) AtomicFile.WriteAllText(_run.File("predictions.json"), ToJson(_all));
    }

    /// <summary>Takes the folder back where no file came to lie in it.</summary>
    public void DiscardIfEmpty()
    {
        if (_run is null || Directory.EnumerateFiles(_run.Path, "*", SearchOption.AllDirectories).Any()) return;
        _run.Discard();
        _run = null;
    }

    /// <summary>The predictions as JSON.</summary>
    public static string ToJson(IReadOnlyList<PredictedPicture> predictions) => JsonOutput.Text(predictions);

    private void WriteFiles(RunFolder run, PictureSource source, Picture picture, IReadOnlyList<Detection> detections)
    {
        if (outputs.Pictures) PictureWriter.Write(run.File(source.Name + source.Ending), BoxPainter.Paint(picture, detections, classNames));
        if (outputs.Text) AtomicFile.WriteAllText(Path.Combine(run.Path, "labels", source.Name + ".txt"), LabelRows(picture, detections));
        if (outputs.Crops) WriteCrops(run, source, picture, detections);
    }

    private PredictedPicture Describe(PictureSource source, Picture picture, IReadOnlyList<Detection> detections) =>
        new(source.Path, picture.Width, picture.Height, [.. detections.Select(Describe)]) { Seconds = source.Seconds };

    private PredictedObject Describe(Detection found) => new(
        found.Class, classNames[found.Class], Math.Round(found.Confidence, 5),
        [Round(found.Box.Left), Round(found.Box.Top), Round(found.Box.Right), Round(found.Box.Bottom)]);

    private static double Round(float pixels) => Math.Round(pixels, 2);

    private string LabelRows(Picture picture, IReadOnlyList<Detection> detections)
    {
        var rows = new StringBuilder();
        foreach (var (box, confidence, label) in detections)
        {
            rows.Append(CultureInfo.InvariantCulture, $"{label} {box.CenterX / picture.Width:0.######} "
                + $"{box.CenterY / picture.Height:0.######} {box.Width / picture.Width:0.######} {box.Height / picture.Height:0.######}");
            if (outputs.Confidence) rows.Append(CultureInfo.InvariantCulture, $" {confidence:0.######}");
            rows.Append('\n');
        }

        return rows.ToString();
    }

    private string Table()
    {
        var table = new StringBuilder("picture,class,name,confidence,left,top,right,bottom\n");
        foreach (var predicted in _all)
        {
            foreach (var found in predicted.Detections)
            {
                table.Append(
                    CultureInfo.InvariantCulture,
                    $"{CsvField.Quote(predicted.Path)},{found.Class},{CsvField.Quote(found.Name)},{found.Confidence},"
                        + $"{found.Box[0]},{found.Box[1]},{found.Box[2]},{found.Box[3]}\n");
            }
        }

        return table.ToString();
    }

    private void WriteCrops(RunFolder run, PictureSource source, Picture picture, IReadOnlyList<Detection> detections)
    {
        for (var i = 0; i < detections.Count; i++)
        {
            var found = detections[i];
            var file = Path.Combine(run.Path, "crops", FileName(classNames[found.Class]), Invariant($"{source.Name}-{i}.png"));
            PictureWriter.Write(file, Crop(picture, found.Box));
        }
    }

    // A class's name comes out of a file and must not lead elsewhere.
    private static string FileName(string name)
    {
        var plain = string.Join('_', name.Split(Path.GetInvalidFileNameChars()));
        return plain.Trim('.', ' ').Length > 0 ? plain : "_";
    }

    /// <summary>The box's pixels, at least one; edges rounded outwards.</summary>
    private static Picture Crop(Picture picture, Box box)
    {
        var left = Math.Clamp((int)Math.Floor(box.Left), 0, picture.Width - 1);
        var top = Math.Clamp((int)Math.Floor(box.Top), 0, picture.Height - 1);
        var crop = new Picture(
            Math.Clamp((int)Math.Ceiling(box.Right), left + 1, picture.Width) - left,
            Math.Clamp((int)Math.Ceiling(box.Bottom), top + 1, picture.Height) - top);
        for (var y = 0; y < crop.Height; y++) picture.Row(top + y).Slice(left * 3, crop.Width * 3).CopyTo(crop.Row(y));
        return crop;
    }
}
