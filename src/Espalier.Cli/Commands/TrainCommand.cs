using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Training.Optimisation;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier train data.yaml</c>: learns a detector, and resumes runs that were stopped.</summary>
internal sealed class TrainCommand : Command
{
    private readonly Argument<string?> _data = new("data") { Description = "The data.yaml to learn from", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _model = new("--model") { Description = "A built-in architecture (yolov5n … yolov5x, yolov5s-v4, yolov5s-v3) or a YAML file; default yolov5n, or what --weights bring" };
    private readonly Option<string?> _weights = new("--weights") { Description = "Weights to start from: a checkpoint, a safetensors file or a YOLOv5 .pt" };
    private readonly Option<string?> _hyperParameters = new("--hyp") { Description = "A YAML file of hyper-parameters with YOLOv5's names" };
    private readonly Option<int> _imageSize = Ranged.Number("--image-size", "Side of the training square in pixels, a multiple of 32", 640, 32, 4096, "--img");
    private readonly Option<int> _batch = Ranged.Number("--batch", "Pictures a batch", 16, 1, 4096, "--batch-size");
    private readonly Option<int> _epochs = Ranged.Number("--epochs", "How often every picture is seen", 100, 1, 100_000);
    private readonly Option<string> _optimizer = Ranged.Word("--optimizer", "What moves the weights", "sgd", "sgd", "adam", "adamw");
    private readonly Option<bool> _cosine = new("--cosine") { Description = "Let the learning rate fall along a cosine instead of a line" };
    private readonly Option<int> _patience = Ranged.Number("--patience", "Epochs without a gain after which to stop; 0 never", 100, 0, 100_000);
    private readonly Option<int> _seed = Ranged.Number("--seed", "Seed of everything random", 0, 0, int.MaxValue);
    private readonly Option<int> _workers = Ranged.Number("--workers", "Threads that prepare batches", 1, 0, 64);
    private readonly Option<string> _cache = Ranged.Word("--cache", "Where decoded photos are kept", "ram", "ram", "none");
    private readonly Option<int> _freeze = Ranged.Number("--freeze", "Rows of the architecture, from the first, that stay as they are", 0, 0, 1000);
    private readonly Option<bool> _classWeights = new("--class-weights") { Description = "Let rarer classes weigh more in the loss" };
    private readonly Option<bool> _balanced = new("--balanced") { Description = "Draw photos of rarer classes more often" };
    private readonly Option<bool> _multiScale = new("--multi-scale") { Description = "Vary the image size by up to a half from batch to batch" };
    private readonly Option<bool> _noAutoAnchor = new("--no-autoanchor") { Description = "Keep the architecture's anchors" };
    private readonly Option<string> _trainingSplit = new("--train-split") { Description = "The split to learn from", DefaultValueFactory = _ => "train" };
    private readonly Option<string> _validationSplit = new("--split") { Description = "The split to judge epochs by", DefaultValueFactory = _ => "val" };
    private readonly Option<string> _project = new("--project") { Description = "The folder of runs", DefaultValueFactory = _ => "runs" };
    private readonly Option<string> _name = new("--name") { Description = "The run's name in that folder", DefaultValueFactory = _ => "train" };
    private readonly Option<string?> _resume = new("--resume") { Description = "Go on with a stopped run: its last.safetensors or folder, or without a value the newest run", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    public TrainCommand(TerminalSession terminal)
        : base("train", "Train a detector. Example: espalier train data.yaml --model yolov5n --image-size 160 --batch 64")
    {
        CommonOptions.AddAll(this, [_data, _model, _weights, _hyperParameters, _imageSize, _batch, _epochs, _optimizer, _cosine, _patience, _seed, _workers, _cache, _freeze, _classWeights, _balanced, _multiScale, _noAutoAnchor, _trainingSplit, _validationSplit, _project, _name, _resume, _device, _threads]);
        Validators.Add(result =>
        {
            if (result.GetValue(_data) is null && result.GetResult(_resume) is null) result.AddError("train needs a data.yaml, or --resume.");
        });
        SetAction(parsed => Run(parsed, terminal));
    }

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        ITrainingListener[] listeners = [new ResultsCsv(), new TensorBoardListener(), new TrainingConsole(terminal)];
        var trainer = parsed.GetResult(_resume) is null ? Start(parsed, listeners) : Trainer.Resume(FindLast(parsed), listeners);
        var outcome = trainer.Run(terminal.Interrupted);
        return outcome.End == TrainingEnd.Interrupted ? ExitCodes.Failed : ExitCodes.Done;
    }

    private Trainer Start(ParseResult parsed, IReadOnlyList<ITrainingListener> listeners) =>
        Trainer.Start(ReadOptions(parsed), parsed.GetValue(_project)!, parsed.GetValue(_name)!, listeners);

    private string FindLast(ParseResult parsed)
    {
        var project = parsed.GetValue(_project)!;
        if (parsed.GetValue(_resume) is not { } path)
        {
            return RunFolder.FindNewest(project)?.Last
                ?? throw new EspalierException($"there is no run to resume below '{project}': no weights/last.safetensors was found");
        }

        var last = Directory.Exists(path) ? new RunFolder(Path.GetFullPath(path)).Last : path;
        return File.Exists(last) ? last : throw new EspalierException($"there is no run to resume at '{path}': '{last}' does not exist");
    }

    private TrainingOptions ReadOptions(ParseResult parsed) => new()
    {
        Data = parsed.GetValue(_data)!,
        TrainingSplit = parsed.GetValue(_trainingSplit)!,
        ValidationSplit = parsed.GetValue(_validationSplit)!,
        Model = parsed.GetValue(_model) ?? (parsed.GetValue(_weights) is null ? "yolov5n" : null),
        Weights = parsed.GetValue(_weights),
        ImageSize = parsed.GetValue(_imageSize),
        BatchSize = parsed.GetValue(_batch),
        Epochs = parsed.GetValue(_epochs),
        Patience = parsed.GetValue(_patience),
        Seed = parsed.GetValue(_seed),
        Workers = parsed.GetValue(_workers),
        CacheInMemory = parsed.GetValue(_cache) == "ram",
        FreezeRows = parsed.GetValue(_freeze),
        ClassWeights = parsed.GetValue(_classWeights),
        BalancedSampling = parsed.GetValue(_balanced),
        MultiScale = parsed.GetValue(_multiScale),
        AutoAnchor = !parsed.GetValue(_noAutoAnchor),
        Device = parsed.GetValue(_device)!,
        Threads = parsed.GetValue(_threads),
        HyperParameters = ReadHyperParameters(parsed),
    };

    private HyperParameters ReadHyperParameters(ParseResult parsed)
    {
        var read = parsed.GetValue(_hyperParameters) is { } file ? HyperParameterFile.Read(file) : new HyperParameters();
        return read with
        {
            Optimisation = read.Optimisation with
            {
                Kind = parsed.GetValue(_optimizer) switch { "adam" => OptimiserKind.Adam, "adamw" => OptimiserKind.AdamW, _ => OptimiserKind.SGD },
                CosineSchedule = parsed.GetValue(_cosine),
            },
        };
    }
}
