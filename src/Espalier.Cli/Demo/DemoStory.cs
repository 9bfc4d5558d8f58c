using System.Diagnostics;
using Espalier.Cli.Experiments;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Experiments;
using Espalier.Pipelines.Latency;
using Espalier.Reports.Experiments;
using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.Cli.Demo;

/// <summary>
/// The whole story in a few minutes: a street, a detector that learns it, the same one trained sparsely, cut and fine-tuned, the file to
/// ship, what it makes of houses it has never seen, and a page that shows it all. What is there already is used; a demo that was stopped
/// goes on.
/// </summary>
internal sealed class DemoStory(DemoFolder folder, DemoOptions options, TerminalSession terminal)
{
    private const int Shown = 24;

    /// <summary>Tells it.</summary>
    /// <returns>False where the user interrupted it.</returns>
    /// <exception cref="EspalierException">Something cannot be written, or the folder holds something else.</exception>
    public bool Tell()
    {
        var clock = Stopwatch.StartNew();
        Say($"A street, a detector that learns it, and the same detector cut to a fraction. Everything goes to {folder.Path}/");
        var size = ChooseSize();
        var plan = DemoRecipe.Plan(folder, size, options.Seed, options.Threads);
        if (ExperimentRun.Run(plan, folder.Experiment, DemoPage.Command + " demo", terminal) is not { } report) return false;
        Ship(plan, report.Chosen);
        var found = Predict();
        DemoPage.Write(folder, size, report, found, Shown);
        Say("");
        foreach (var line in ExperimentText.Summary(report).TrimEnd().Split('\n')) Say(line);
        Say("");
        Say(Invariant($"Done in {clock.Elapsed.TotalMinutes:0.0} minutes. Open {folder.Page}"));
        Say("");
        Say("Try next:");
        foreach (var command in DemoPage.Next(folder)) Say($"  {command}");
        return true;
    }

    /// <summary>As much as this machine can do in time; what a demo began with, where one goes on.</summary>
    private DemoSize ChooseSize()
    {
        if (StageFile.Read<DemoSize>(folder.Size) is { } begun) return begun;
        var speed = DemoSize.Measure(options.Threads);
        var size = DemoSize.For(speed);
        Say(size.ToText(speed));
        StageFile.Write(folder.Size, size);
        return size;
    }

    /// <summary>Writes the thinned model as the file that an application ships.</summary>
    private void Ship(ExperimentPlan plan, ReportedModel chosen)
    {
        var model = ExperimentModel.All(plan, folder.Experiment).First(model => model.Name == chosen.Name);
        FastFile.Of(Checkpoint.Open(model.Weights)).Save(folder.Onnx);
    }

    /// <summary>The thinned detector's view of the first held-out houses, on one sheet; how many digits it found in them.</summary>
    private int Predict()
    {
        using var reader = HouseNumberReader.Open(folder.Onnx, detector: new DetectorOptions { Threads = options.Threads });
        var cells = new List<ContactSheetCell>();
        var digits = 0;
        foreach (var path in HeldOut().Take(Shown))
        {
            var picture = PictureReader.Read(path);
            var numbers = reader.Read(picture);
            Detection[] found = [.. numbers.SelectMany(number => number.Detections)];
            digits += found.Length;
            var caption = string.Join("  ", numbers.Select(number => number.Text));
            cells.Add(new ContactSheetCell(BoxPainter.Paint(picture, found, reader.ClassNames), caption.Length > 0 ? caption : "nothing"));
        }

        PictureWriter.Write(folder.Found,
            ContactSheet.Compose(cells, new ContactSheetOptions { Columns = 6, CellWidth = 240, CellHeight = 130, CaptionScale = 2 }));
        return digits;
    }

    private IEnumerable<string> HeldOut() =>
        Directory.EnumerateFiles(folder.HeldOut, "*.png").OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal);

    private void Say(string line) => terminal.Say(line);
}
