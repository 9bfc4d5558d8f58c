using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Cli.Validation;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Pipelines.Models;
using Espalier.Pipelines.Validation;
using Espalier.Reports;
using Espalier.Reports.Mistakes;
using Espalier.Training.Prediction;
using Espalier.Training.Runs;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier validate WEIGHTS --data D</c>: precision, recall and average precisions by YOLOv5's and by COCO's rule.</summary>
internal sealed class ValidateCommand : Verb
{
    private readonly Argument<string> _weights = CommonOptions.Model();
    private readonly DescribedOptions<ValidationRequest> _options = new(ValidationRequest.Table, new ValidationRequest { Data = "" });
    private readonly DescribedOptions<LookOptions> _looks = new(LookOptions.Table, new LookOptions());
    private readonly DescribedOptions<EngineOptions> _engine = new(EngineOptions.Table, new EngineOptions());
    private readonly Option<bool> _savePlots = new("--save-plots")
    {
        Description = "Draw curves, confusion matrix, batches and the worst "
        + "mistakes, in digits and in whole numbers, into --project/--name"
    };
    private readonly Option<bool> _fitReader = new("--fit-reader")
    {
        Description = "Fit the thresholds for reading house numbers to these "
        + "pictures, which should be training pictures: --split train"
    };
    private readonly Option<bool> _fitConfidence = new("--fit-confidence")
    {
        Description = "Fit what confidence in a whole number means to these pictures, which should not be training pictures, and write it "
            + "into the .onnx file; pictures without a number teach it doubt",
    };

    private readonly Option<string> _project = CommonOptions.Project();
    private readonly Option<string> _name = CommonOptions.RunName("validate");
    private readonly Option<bool> _json = CommonOptions.Json();

    public ValidateCommand(TerminalSession terminal)
        : base(terminal, "validate", "Judge weights on labelled photos") => Takes([_weights, .. _options.All, .. _looks.All,
            _savePlots, _fitReader, _fitConfidence, _project, _name, _json, .. _engine.All]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier validate runs/train/weights/best.safetensors --data data.yaml",
        "espalier validate best.onnx --data data.yaml",
        "espalier validate yolov5n.pt --data coco.yaml --split test --image-size 640 --json",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var request = _options.Read(parsed);
        var weights = parsed.GetValue(_weights)!;
        if (parsed.GetValue(_fitConfidence) && (ModelFiles.IsShipped(weights) || !ModelFiles.IsOnnx(weights)))
            throw new OptionException("--fit-confidence writes into an .onnx file; export the model first");
        using var network = ModelFiles.OpenNetwork(weights, _engine.Read(parsed));
        var progress = new ProgressLine(terminal);
        var pictures = parsed.GetValue(_savePlots) ? new ValidationCollector() : null;
        var numbers = NumberCharacters.AreReadBy(network.ClassNames)
            ? new NumberCounter(network.ClassNames, network.NumberCalibration, parsed.GetValue(_fitReader)) : null;
        var looks = Looks(parsed, weights);
        var (outcome, dataset) = looks == 1
            ? request.Run(network, weights, Watch, terminal.Say, terminal.Interrupted)
            : LookTwice(request, network, weights, parsed, Watch, terminal);
        terminal.Clear();
        var read = numbers?.Result(dataset.ClassesAreDigits);
        if (pictures is not null)
            SavePlots(parsed, outcome.Report, pictures, dataset, read is null ? null : (numbers!.Numbers, read), terminal);
        terminal.Output.Write(parsed.GetValue(_json) ? ValidationJson.Format(weights, request, outcome, dataset, read)
            : ToText(outcome, dataset, read, looks));
        if (parsed.GetValue(_fitReader)) Fit(Digits(), terminal);
        if (parsed.GetValue(_fitConfidence)) FitConfidence(Digits(), weights, terminal);
        return ExitCodes.Done;

        NumberCounter Digits() => read is null
            ? throw new EspalierException("The classes are not the ten digits, so there are no house numbers to fit to.")
            : numbers!;

        void Watch(BatchValidated batch)
        {
            pictures?.Add(batch);
            numbers?.Add(batch);
            progress.Update("validating", batch.Done, batch.Total);
        }
    }

    private int Looks(ParseResult parsed, string weights)
    {
        var looks = _looks.Read(parsed).Looks ?? (ModelFiles.IsShipped(weights) ? 2 : 1);
        if (looks == 2 && parsed.GetValue(_fitReader)) throw new OptionException("--fit-reader fits to one look; add --looks 1");
        return looks;
    }

    private (ValidationOutcome Outcome, DetectionDataset Dataset) LookTwice(ValidationRequest request, IPredictionNetwork network,
        string weights, ParseResult parsed, Action<BatchValidated> watch, TerminalSession terminal)
    {
        var engine = _engine.Read(parsed);
        using var detector = ModelFiles.OpenDetector(weights, new PredictorOptions
        {
            ImageSize = request.ImageSize,
            Device = engine.Device,
            Threads = engine.Threads,
            Suppression = request.Suppression,
        });
        return SecondLookValidation.Run(request, network, detector, weights, watch, terminal.Say, terminal.Interrupted);
    }

    private static void FitConfidence(NumberCounter numbers, string file, TerminalSession terminal)
    {
        var calibration = numbers.FitConfidence();
        OnnxFile.Open(file).With(NumberCalibration.MetadataKey, calibration.ToJson()).Save(file);
        terminal.Say(Invariant($"Written into {file}: what confidence in a number means; accepted from {calibration.Acceptance:0.00} on"));
    }

    private static void Fit(NumberCounter numbers, TerminalSession terminal)
    {
        var (options, right) = numbers.Fit();
        terminal.Say(Invariant($"Fitted: {right} numbers right with read --conf {options.Confidence:0.##} ")
            + Invariant($"--overlap {options.Overlap:0.##} --gap {options.WidestGap:0.##} --height-ratio {options.LargestRatio:0.##}"));
    }

    private void SavePlots(ParseResult parsed, DetectionReport report, ValidationCollector pictures, DetectionDataset dataset,
        (IReadOnlyList<JudgedNumber> Judged, NumberAccuracy Accuracy)? numbers, TerminalSession terminal)
    {
        var folder = RunFolder.CreateNext(parsed.GetValue(_project)!, parsed.GetValue(_name)!);
        ValidationPictures.Write(folder.Path, report, pictures, dataset.ClassNames, terminal.Say);
        if (numbers is var (judged, accuracy)) NumberPictures.Write(folder.Path, judged, accuracy, dataset.ClassNames, terminal.Say);
        terminal.Say($"Pictures: {folder.Path}");
    }

    private static string ToText(ValidationOutcome outcome, DetectionDataset dataset, NumberAccuracy? numbers, int looks)
    {
        var report = outcome.Report;
        var all = new[]
        {
            "all",
            Invariant($"{report.Pictures}"),
            Invariant($"{report.Labels}"),
            Three(report.Precision),
            Three(report.Recall),
            Three(report.F1),
            Three(report.MeanAveragePrecision50),
            Three(report.MeanAveragePrecision50To95),
            Three(report.CocoAveragePrecision50),
            Three(report.CocoAveragePrecision),
        };
        var classes = report.PerClass.Select(metrics => new[]
        {
            dataset.ClassNames[metrics.Class], Invariant($"{metrics.Pictures}"), Invariant($"{metrics.Labels}"), Three(metrics.Precision),
            Three(metrics.Recall), Three(metrics.F1),
            Three(metrics.AveragePrecision50), Three(metrics.AveragePrecision50To95), Three(metrics.CocoAveragePrecision50),
            Three(metrics.CocoAveragePrecision50To95),
        });
        var table = TextTable.Format(["class", ">images", ">labels", ">P", ">R", ">F1", ">mAP50", ">mAP50-95", ">COCO AP50", ">COCO AP"],
            [all, .. classes]);
        return table + "\n" + Invariant(
            $"Mean IoU of matched boxes {report.MeanIoU:0.000}; P, R and F1 at confidence {report.BestConfidence:0.000}, ")
            + Invariant($"where F1 is highest: predict and prelabel keep {NmsOptions.ForPrediction.Confidence:0.##} and more ")
            + "unless --conf says otherwise.\n"
            + (looks == 1 ? "" : Invariant($"{looks} looks at each picture, as read takes them; --looks 1 judges the network alone.\n"))
            + (numbers is null ? "" : ToText(numbers))
            + Invariant($"{outcome.Timing.Total:0.0} ms a picture: network {outcome.Timing.Network:0.0}, suppression and matching ")
                + Invariant($"{outcome.Timing.Suppression:0.0}.\n");
    }

    private static string ToText(NumberAccuracy numbers) =>
        Invariant($"Whole numbers read right: {numbers.Accuracy:0.000} of {numbers.Pictures}; ")
            + Invariant($"{numbers.CoverageAt(0.95):0.000} of them can be read with .95 right, ")
            + Invariant($"{numbers.CoverageAt(0.99):0.000} with .99.\n")
        + (numbers.Pictures == 0 ? "" : Invariant($"Accepted: {numbers.Accepted}, of which {numbers.AcceptedRight} are right.\n"))
        + (numbers.False.Pictures == 0 ? "" : Invariant($"Pictures without a number: {numbers.False.Pictures}; something read in ")
            + Invariant($"{numbers.False.Read}, accepted in {numbers.False.Accepted}.\n"));

    private static string Three(double value) => Invariant($"{value:0.000}");
}
