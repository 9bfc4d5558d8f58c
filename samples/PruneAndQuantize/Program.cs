using System.Globalization;
using Espalier.Datasets.Streets;
using Espalier.Networks;
using Espalier.Pipelines.Models;
using Espalier.Pipelines.Pruning;
using Espalier.Pipelines.Quantization;
using Espalier.Streets;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Runs;
using Espalier.Vision;

// pruneandquantize FOLDER [PICTURES] [EPOCHS]
// A street, a detector that learns it, the same one at half the operations, as int8, and what that reads.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var (folder, pictures, epochs) = (args[0], Number(1, 1000), Number(2, 20));

var street = StreetWriter.Write(
    Path.Combine(folder, "street"), new StreetOptions { Seed = 1 }, new StreetWriterOptions { Training = pictures, Validation = 100 });

var training = new TrainingOptions { Data = street.Configuration, Model = "yolov5n", ImageSize = 160, BatchSize = 16, Epochs = epochs };
if (Train(training, "dense") is not { } dense) return 1;

var half = new KeepShare(PruningMeasure.Operations, 0.5);
var pruner = new Pruner(new PruneOptions { Data = street.Configuration, Target = half, Pictures = 256 });
var pruned = Path.Combine(folder, "pruned.safetensors");
pruner.Run(Checkpoint.Open(dense), dense, stop.Token).Checkpoint.Save(pruned);
var tuning = training with { Model = null, Weights = pruned, AutoAnchor = false, Teacher = dense, Epochs = Math.Max(1, epochs / 2) };
if (Train(tuning, "tuned") is not { } tuned) return 1;

var quantizer = new Quantizer(new QuantizeOptions { Data = street.Configuration, Pictures = 256 });
var model = quantizer.Run(tuned, Path.Combine(folder, "reader.onnx"), stop.Token);
var (quantized, full) = (model.Quantized.MeanAveragePrecision50, model.Full.MeanAveragePrecision50);
Console.WriteLine(FormattableString.Invariant(
    $"{model.Path}: {model.Bytes / 1e6:0.0} MB, mAP50 {quantized:0.000}; in float32 {full:0.000}"));

using var reader = ModelFiles.OpenReader(model.Path);
foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "street", "images", "val"), "*.png").Take(5))
{
    var numbers = reader.Read(PictureReader.Read(file)).Where(number => number.IsAccepted).Select(number => number.Text);
    Console.WriteLine($"{file}: {string.Join(", ", numbers)}");
}

return 0;

string? Train(TrainingOptions options, string name)
{
    var outcome = Trainer.Start(options, folder, name, [new ResultsCsv()]).Run(stop.Token);
    return outcome.End == TrainingEnd.Interrupted ? null : outcome.Folder.Best;
}

int Number(int place, int standard) => args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : standard;
