using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Reports;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Optimisation;
using Espalier.Training.Profiling;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier train data.yaml</c>: learns a detector, and resumes runs that were stopped.</summary>
internal sealed class TrainCommand : Command, IHasExamples
{
    private readonly Argument<string?> _data = new("data") { Description = "The data.yaml to learn from", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _model =
        CommonOptions.OptionalText("--model", "A built-in architecture (yolov5n … yolov5x, yolov5s-v4, yolov5s-v3) or a YAML file; default yolov5n, or what --weights bring", "name|file");
    private readonly Option<string?> _weights = CommonOptions.OptionalText("--weights", "Weights to start from: a checkpoint, a safetensors file or a YOLOv5 .pt", "file");
    private readonly Option<string?> _activation = Ranged.OptionalWord("--activation", "The activation in place of the network's own: relu costs nothing beside a convolution and is what int8 runs fastest", ActivationWords.All);
    private readonly Option<string?> _hyperParameters = CommonOptions.OptionalText("--hyp", "A YAML file of hyper-parameters with YOLOv5's names", "file");
    private readonly Option<int> _imageSize = Ranged.Number("--image-size", "Side of the training square in pixels, a multiple of the network's stride, which is 32 for all built-in ones", 640, 32, 4096, "--img");
    private readonly Option<int> _batch = Ranged.Number("--batch", "Pictures a batch", 16, 1, 1024, "--batch-size");
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
    private readonly Option<bool> _keepPartial = CommonOptions.KeepPartial();
    private readonly Option<bool> _multiScale = new("--multi-scale") { Description = "Vary the image size by up to a half from batch to batch" };
    private readonly Option<bool> _noAutoAnchor = new("--no-autoanchor") { Description = "Keep the architecture's anchors" };
    private readonly Option<double?> _sparsity = Ranged.OptionalNumberOrAuto("--sparsity", "Weight of an L1 penalty on batch-norm scales, so that unneeded channels fade, or on kernels (--sparsity-on); auto steers it towards --sparsity-target", 1e-6, 1.0);
    private readonly Option<double> _sparsityTarget = Ranged.Number("--sparsity-target", "With --sparsity auto: the share of scales that shall be near zero by the end", 0.5, 0.05, 0.95);
    private readonly Option<string> _sparsityOn = Ranged.Word("--sparsity-on", "What the penalty falls on", "bn-scale", "bn-scale", "kernels");
    private readonly Option<string> _sparsitySpread = Ranged.Word("--sparsity-spread", "How the penalty on scales is spread: evenly, or more on channels whose going saves more operations", "even", "even", "operations");
    private readonly Option<string> _sparsityKernels = Ranged.Word("--sparsity-kernels", "With --sparsity-on kernels: each weight by itself, or each output channel's kernel as a group", "l1", "l1", "group");
    private readonly Option<string> _sparsityStep = Ranged.Word("--sparsity-step", "How the penalty acts: through the gradient, or as a soft threshold that gives exact zeros", "subgradient", "subgradient", "proximal");
    private readonly Option<string> _sparsitySchedule = Ranged.Word("--sparsity-schedule", "How the penalty changes over the epochs", "constant", "constant", "decaying", "ramped");
    private readonly Option<bool> _sparseStorage = new("--sparse-storage") { Description = "Keep kernels of many zeros in best.safetensors as a bitmap and the weights that are left, where that is smaller" };
    private readonly Option<string?> _teacher = CommonOptions.OptionalText("--teacher", "A trained network to learn from beside the labels, such as the dense one of a pruned network", "file");
    private readonly Option<double> _teacherWeight = Ranged.Number("--teacher-weight", "How much the teacher counts beside the labels", 1.0, 0.001, 100.0);
    private readonly Option<string> _trainingSplit = CommonOptions.Text("--train-split", "The split to learn from", "name", "train");
    private readonly Option<string> _validationSplit = CommonOptions.Text("--split", "The split to judge epochs by", "name", "val");
    private readonly Option<string> _project = CommonOptions.Project();
    private readonly Option<string> _name = CommonOptions.RunName("train");
    private readonly Option<bool> _noPlots = new("--no-plots", "--noplots") { Description = "Do not draw curves, batches and mistakes into the run's folder" };
    private readonly Option<string?> _resume = new("--resume") { Description = "Go on with a stopped run, with its options but for --workers and --cache where they are given: its folder or last.safetensors; without a value the newest run in --project", HelpName = "run", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _precision = Ranged.Word("--precision", "In what numbers activations are computed; auto measures both on this machine and takes the faster", "auto", "auto", "fp32", "bf16");
    private readonly Option<bool> _syncBatchNorm = new("--sync-bn") { Description = "Under mpirun: take batch statistics over the pictures of all processes" };
    private readonly Option<bool> _profile = new("--profile") { Description = "Measure where the time goes: a table at the end, and profile.csv and trace.json in the run's folder" };
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    public TrainCommand(TerminalSession terminal)
        : base("train", "Train a detector, or go on with a run that was stopped")
    {
        CommonOptions.AddAll(this, [_data, _model, _weights, _activation, _hyperParameters, _imageSize, _batch, _epochs, _optimizer, _cosine, _patience, _seed, _workers, _cache, _freeze, _classWeights, _balanced, _keepPartial, _multiScale, _noAutoAnchor, _sparsity, _sparsityTarget, _sparsityOn, _sparsitySpread, _sparsityKernels, _sparsityStep, _sparsitySchedule, _sparseStorage, _teacher, _teacherWeight, _trainingSplit, _validationSplit, _project, _name, _noPlots, _resume, _precision, _syncBatchNorm, _profile, _device, _threads]);
        SetAction(parsed => Run(parsed, terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "espalier train data.yaml --model yolov5n --image-size 160 --batch 64 --epochs 40",
        "espalier train data.yaml --weights yolov5n.pt --freeze 10",
        "espalier train data.yaml --weights best.safetensors --sparsity 0.01 --epochs 40",
        "espalier train data.yaml --sparsity 0.01 --sparsity-on kernels --sparsity-step proximal --sparse-storage",
        "espalier train data.yaml --weights pruned.safetensors --teacher best.safetensors --no-autoanchor --epochs 20",
        "espalier train --resume runs/train2",
    ];

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        if (parsed.GetResult(_resume) is not null) NoteWhatIsIgnored(parsed, terminal);
        else if (parsed.GetValue(_data) is null) throw new OptionException("train needs a data.yaml to learn from, or --resume to go on with a run");
        var together = new GroupedRun(terminal);
        return together.Run(group => Run(parsed, terminal, group, together));
    }

    private int Run(ParseResult parsed, TerminalSession terminal, IProcessGroup group, GroupedRun together)
    {
        IReadOnlyList<ITrainingListener> listeners = group.Rank == 0 ? Listeners(parsed, terminal) : [];
        var timeline = parsed.GetValue(_profile) ? new Timeline() : null;
        var trainer = parsed.GetResult(_resume) is null
            ? Trainer.Start(ReadOptions(parsed), parsed.GetValue(_project)!, parsed.GetValue(_name)!, listeners, timeline, group)
            : Trainer.Resume(FindLast(parsed), listeners, timeline, group, Resources(parsed));
        together.HowToGoOn = () => File.Exists(trainer.Folder.Last) ? $"Go on with: espalier train --resume {trainer.Folder.Path}" : null;
        var outcome = trainer.Run(terminal.Interrupted);
        if (timeline is not null && group.Rank == 0) new ProfileReport(timeline, outcome).Write(terminal);
        return outcome.End == TrainingEnd.Interrupted ? ExitCodes.Failed : ExitCodes.Done;
    }

    private List<ITrainingListener> Listeners(ParseResult parsed, TerminalSession terminal)
    {
        List<ITrainingListener> listeners = [new ResultsCsv(), new TensorBoardListener(), new TrainingConsole(terminal)];
        if (!parsed.GetValue(_noPlots)) listeners.Add(new RunPictures(terminal.Say));
        return listeners;
    }

    private ResumeResources Resources(ParseResult parsed) => new(
        parsed.GetResult(_workers) is { Implicit: false } ? parsed.GetValue(_workers) : null,
        parsed.GetResult(_cache) is { Implicit: false } ? parsed.GetValue(_cache) == "ram" : null);

    private void NoteWhatIsIgnored(ParseResult parsed, TerminalSession terminal)
    {
        var ignored = Options.Where(option => option != _resume && option != _project && option != _noPlots && option != _profile && option != _workers && option != _cache && parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
        if (ignored.Count > 0) terminal.Say($"The resumed run keeps its own options; ignored: {string.Join(", ", ignored)}");
    }

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
        Activation = ActivationWords.Find(parsed.GetValue(_activation)),
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
        KeepPartial = parsed.GetValue(_keepPartial),
        MultiScale = parsed.GetValue(_multiScale),
        AutoAnchor = !parsed.GetValue(_noAutoAnchor),
        Device = parsed.GetValue(_device)!,
        Threads = parsed.GetValue(_threads),
        Precision = parsed.GetValue(_precision) switch { "fp32" => Precision.FP32, "bf16" => Precision.BF16, _ => Precision.Auto },
        SynchronisedBatchNorm = parsed.GetValue(_syncBatchNorm),
        Teacher = parsed.GetValue(_teacher),
        TeacherWeight = parsed.GetValue(_teacherWeight),
        Sparsity = ReadSparsity(parsed),
        SparseStorage = parsed.GetValue(_sparseStorage),
        HyperParameters = ReadHyperParameters(parsed),
    };

    private SparsityOptions? ReadSparsity(ParseResult parsed)
    {
        if (parsed.GetValue(_sparsity) is { } rate)
        {
            var onKernels = parsed.GetValue(_sparsityOn) == "kernels";
            if (double.IsNaN(rate) && onKernels) throw new OptionException("--sparsity auto steers batch-norm scales alone; --sparsity-on kernels needs a rate");
            if (!onKernels) CommonOptions.RefuseWithout(parsed, "--sparsity-on kernels", _sparsityKernels);
            if (!double.IsNaN(rate)) CommonOptions.RefuseWithout(parsed, "--sparsity auto", _sparsityTarget);
            if (double.IsNaN(rate) && parsed.GetResult(_sparsitySchedule) is { Implicit: false }) throw new OptionException("--sparsity-schedule has no effect together with --sparsity auto, which changes the weight itself");
            if (onKernels && parsed.GetResult(_sparsitySpread) is { Implicit: false }) throw new OptionException("--sparsity-spread has no effect together with --sparsity-on kernels");
            return new SparsityOptions
            {
                Rate = double.IsNaN(rate) ? 0 : rate,
                NearZeroShare = double.IsNaN(rate) ? parsed.GetValue(_sparsityTarget) : null,
                On = onKernels ? SparsePart.Kernels : SparsePart.BatchNormScales,
                Spread = parsed.GetValue(_sparsitySpread) == "operations" ? PenaltySpread.Operations : PenaltySpread.Even,
                KernelPenalty = parsed.GetValue(_sparsityKernels) == "group" ? KernelPenaltyKind.Group : KernelPenaltyKind.L1,
                Step = parsed.GetValue(_sparsityStep) == "proximal" ? SparsityStep.Proximal : SparsityStep.SubGradient,
                Schedule = parsed.GetValue(_sparsitySchedule) switch { "decaying" => SparsitySchedule.Decaying, "ramped" => SparsitySchedule.Ramped, _ => SparsitySchedule.Constant },
            };
        }

        CommonOptions.RefuseWithout(parsed, "--sparsity", _sparsityTarget, _sparsityOn, _sparsitySpread, _sparsityKernels, _sparsityStep, _sparsitySchedule);
        return null;
    }

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
