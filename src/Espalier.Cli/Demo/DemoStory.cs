using System.Diagnostics;
using System.Globalization;
using Espalier.Cli.Terminal;
using Espalier.Datasets.Streets;
using Espalier.Networks;
using Espalier.Reports;
using Espalier.Runtime;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Cli.Demo;

/// <summary>
/// The whole story in a few minutes: a street, a detector that learns it, how well it reads houses it has never seen, the file to ship, and a page
/// that shows it all. What is there already is used; a demo that was stopped goes on.
/// </summary>
internal sealed class DemoStory(DemoFolder folder, int seed, int threads, TerminalSession terminal)
{
    private const int Shown = 24;

    /// <summary>Tells it.</summary>
    /// <returns>False where the user interrupted it.</returns>
    /// <exception cref="EspalierException">Something cannot be written, or the folder holds something else.</exception>
    public bool Tell()
    {
        var clock = Stopwatch.StartNew();
        Say(Text($"A street, a detector that learns it, and what it makes of houses it has never seen. Everything goes to {folder.Path}/"));
        DrawStreet();
        if (!Train()) return false;
        var report = Judge();
        var speed = Ship();
        var found = Predict();
        DemoPage.Write(folder, report, speed, found, Shown);
        Say("");
        Say(Text($"Done in {clock.Elapsed.TotalMinutes:0.0} minutes. Open {folder.Page}"));
        Say("");
        Say("Try next:");
        foreach (var command in DemoPage.Next(folder)) Say($"  {command}");
        return true;
    }

    private void DrawStreet()
    {
        if (File.Exists(folder.Data))
        {
            Say("1/4  The street is there already");
            return;
        }

        Say(Text($"1/4  Drawing a street: {DemoRecipe.TrainingPictures:N0} house numbers to learn from, {DemoRecipe.ValidationPictures} held out"));
        StreetWriter.Write(folder.Street, DemoRecipe.Street(seed), DemoRecipe.Pictures(threads), new PhotoReporter(new ProgressLine(terminal), "drawing"), terminal.Interrupted);
        terminal.Clear();
    }

    private bool Train()
    {
        var console = new EpochBars(terminal);
        ITrainingListener[] listeners = [new ResultsCsv(), new TensorBoardListener(), new RunPictures(terminal.Say), console];
        if (File.Exists(folder.Best) && RunRecord.Open(folder.Run) is { IsFinished: true })
        {
            Say("2/4  The detector is trained already");
            return true;
        }

        Say(Text($"2/4  Training yolov5n from nothing: {DemoRecipe.Epochs} epochs at {DemoRecipe.ImageSize} pixels"));
        var trainer = File.Exists(folder.Run.Last)
            ? Trainer.Resume(folder.Run.Last, listeners)
            : Trainer.Start(DemoRecipe.Training(folder.Data, seed, threads), folder.Path, "run", listeners);
        if (trainer.Run(terminal.Interrupted).End != TrainingEnd.Interrupted) return true;
        Say("Interrupted; nothing is lost. The same command goes on.");
        return false;
    }

    private DetectionReport Judge()
    {
        using var network = TorchNetwork.Open(folder.Best, threads: threads);
        var report = new ValidationRequest { Data = folder.Data }.Run(network, folder.Best, cancellationToken: terminal.Interrupted).Outcome.Report;
        Say(Text($"3/4  On {report.Pictures} houses it has never seen: mAP50 {report.MeanAveragePrecision50:0.000}, precision {report.Precision:0.000}, recall {report.Recall:0.000}"));
        return report;
    }

    /// <summary>Milliseconds a picture of the file that an application ships.</summary>
    private double Ship()
    {
        var checkpoint = Checkpoint.Open(folder.Best);
        OnnxEmission.Emit(checkpoint, new OnnxOptions { Batch = 1, Height = checkpoint.ImageSize, Width = checkpoint.ImageSize }).Save(folder.Onnx);
        using var detector = Detector.Open(folder.Onnx, new DetectorOptions { Threads = threads });
        var pictures = HeldOut().Take(50).Select(path => PictureReader.Read(path)).ToArray();
        var times = pictures.Concat(pictures).Select(picture =>
        {
            var start = Stopwatch.GetTimestamp();
            detector.Detect(picture);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }).Skip(pictures.Length).Order().ToArray();
        var median = times[times.Length / 2];
        Say(Text($"4/4  As an ONNX file: {new FileInfo(folder.Onnx).Length / 1e6:0.0} MB, {median:0.0} ms a picture, without libtorch"));
        return median;
    }

    /// <summary>The detector's view of the first held-out houses, on one sheet; how many digits it found in them.</summary>
    private int Predict()
    {
        // A digit is one digit: no second class over the first.
        using var detector = Detector.Open(folder.Onnx, new DetectorOptions { Threads = threads, Suppression = new NmsOptions { Agnostic = true } });
        var cells = new List<ContactSheetCell>();
        var digits = 0;
        foreach (var path in HeldOut().Take(Shown))
        {
            var picture = PictureReader.Read(path);
            var found = detector.Detect(picture);
            digits += found.Length;
            var number = string.Concat(found.OrderBy(detection => detection.Box.CenterX).Select(detection => detector.ClassNames[detection.Class]));
            cells.Add(new ContactSheetCell(BoxPainter.Paint(picture, found, detector.ClassNames), number.Length > 0 ? number : "nothing"));
        }

        PictureWriter.Write(folder.Found, ContactSheet.Compose(cells, new ContactSheetOptions { Columns = 6, CellWidth = 240, CellHeight = 130, CaptionScale = 2 }));
        return digits;
    }

    private IEnumerable<string> HeldOut() => Directory.EnumerateFiles(folder.HeldOut, "*.png").OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal);

    private void Say(string line) => terminal.Say(line);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
