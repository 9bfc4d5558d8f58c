using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.HouseNumbers;
using Espalier.Networks;
using Espalier.Pipelines.Evolution;
using Espalier.Pipelines.Models;
using Espalier.Reports;
using Espalier.Training.Distribution;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Profiling;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier train data.yaml</c>: learns a detector, and resumes runs that were stopped.</summary>
internal sealed class TrainCommand : Verb
{
    private const int UsualGenerations = 300, MostGenerations = 100_000;

    private static readonly TrainingOptions Standard = new() { Data = "" };

    private readonly Argument<string?> _data = new("data") { Description = "The data.yaml to learn from", Arity = ArgumentArity.ZeroOrOne };
    private readonly DescribedOptions<TrainingOptions> _options = new(TrainingOptions.Table, Standard);
    private readonly Option<string?> _hyperParameters = CommonOptions.OptionalText("--hyp",
        "A YAML file of hyper-parameters with YOLOv5's names", "file");
    private readonly Option<string> _project = CommonOptions.Project();
    private readonly Option<string> _name = CommonOptions.RunName("train");
    private readonly Option<string?> _resume = new("--resume")
    {
        Description =
            "Go on with a stopped run, with its options: its folder or last.safetensors; without a value the newest run in --project. A "
                + "data.yaml beside it is where its data lie now; with --epochs it gets that many altogether, a finished run too; "
                + "--patience, --workers and --cache may change as well",
        HelpName = "run",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<int?> _evolve = new("--evolve")
    {
        Description = "Evolve hyper-parameters: so many trainings, of which each but the first tries a mutation of the best before it; 300 "
            + "without a value. The same command goes on where it was stopped",
        HelpName = "generations",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ReadGenerations,
    };

    private readonly Option<bool> _profile = new("--profile")
    {
        Description = "Measure where the time goes: a table at the end, and "
        + "profile.csv and trace.json in the run's folder"
    };

    public TrainCommand(TerminalSession terminal)
        : base(terminal, "train", "Train a detector, or go on with a run that was stopped") =>
            Takes([_data, .. _options.All, _hyperParameters, _project, _name, _resume, _evolve, _profile]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier train data.yaml --model yolov5n --image-size 160 --epochs 40",
        "espalier train data.yaml --weights yolov5n.pt --freeze 10",
        "espalier train data.yaml --weights house-numbers",
        "espalier train data.yaml --weights best.safetensors --sparsity 0.01 --epochs 40",
        "espalier train data.yaml --sparsity 0.01 --sparsity-on kernels --sparsity-step proximal --sparse-storage",
        "espalier train data.yaml --weights pruned.safetensors --teacher best.safetensors --no-autoanchor --epochs 20",
        "espalier train --resume runs/train2",
        "espalier train --resume runs/train --epochs 200",
        "espalier train data.yaml --epochs 10 --evolve 50",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        if (parsed.GetResult(_resume) is not null) RefuseWhatResumingKeeps(parsed);
        else if (parsed.GetValue(_data) is null)
            throw new OptionException("train needs a data.yaml to learn from, or --resume to go on with a run");
        var together = new GroupedRun(terminal);
        if (parsed.GetResult(_evolve) is not null) return together.Run(group => Evolve(parsed, terminal, group));
        return together.Run(group => Run(parsed, terminal, group, together));
    }

    private int Run(ParseResult parsed, TerminalSession terminal, IProcessGroup group, GroupedRun together)
    {
        IReadOnlyList<ITrainingListener> listeners = group.Rank == 0
            ? RunListeners.Of(terminal, new TrainingConsole(terminal), new RunPictures(terminal.Say))
            : [];
        var timeline = parsed.GetValue(_profile) ? new Timeline() : null;
        var context = new TrainingContext { Group = group, Timeline = timeline };
        var trainer = parsed.GetResult(_resume) is null
            ? Trainer.Start(ReadOptions(parsed, terminal.Say), parsed.GetValue(_project)!, parsed.GetValue(_name)!, listeners,
                context, terminal.Interrupted)
            : Trainer.Resume(FindLast(parsed), listeners, context,
                made => _options.Read(parsed, made with { Data = parsed.GetValue(_data) ?? made.Data }), terminal.Interrupted);
        together.HowToGoOn = () => File.Exists(trainer.Folder.Last)
            ? $"Go on with: espalier train --resume {CommandWord.Quote(trainer.Folder.Path)}" : null;
        var outcome = trainer.Run(terminal.Interrupted);
        if (timeline is not null && group.Rank == 0) new ProfileReport(timeline, outcome).Write(terminal);
        return outcome.End == TrainingEnd.Interrupted ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Trains again and again with changed hyper-parameters; its runs draw no pictures.</summary>
    private int Evolve(ParseResult parsed, TerminalSession terminal, IProcessGroup group)
    {
        if (group.Size > 1) throw new OptionException("--evolve trains in one process: give it without mpirun");
        if (parsed.GetValue(_profile)) throw new OptionException("--profile has no effect together with --evolve");
        var name = parsed.GetResult(_name) is { Implicit: false } ? parsed.GetValue(_name)! : "evolve";
        var listener = new TerminalListener(terminal, () => [new EpochBars(terminal)]);
        var evolution = new HyperParameterEvolution(ReadOptions(parsed, terminal.Say), Path.Combine(parsed.GetValue(_project)!, name),
            listener);
        if (evolution.Run(parsed.GetValue(_evolve) ?? UsualGenerations, terminal.Interrupted) is null)
        {
            terminal.Say("Interrupted; nothing is lost. The same command goes on.");
            return ExitCodes.Failed;
        }

        terminal.Output.WriteLine($"All generations: {evolution.Table}");
        terminal.Output.WriteLine($"The best of them, for --hyp: {evolution.BestFile}");
        return ExitCodes.Done;
    }

    private static int? ReadGenerations(ArgumentResult result)
    {
        if (result.Tokens is not [var token]) return UsualGenerations;
        if (int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var generations)
            && generations is >= 1 and <= MostGenerations)
            return generations;
        result.AddError($"--evolve is a whole number from 1 to {MostGenerations}, not '{token.Value}'.");
        return null;
    }

    /// <summary>A run keeps what decides its result; how long it is, where its data lie, and how fast it goes on, is said anew.</summary>
    private void RefuseWhatResumingKeeps(ParseResult parsed)
    {
        List<string> without = [.. _options.Given(parsed).Where(entry => entry.Changes != OptionEffect.Speed).Select(entry => entry.Name)
            .Except(["--epochs", "--patience"])];
        Option[] others = parsed.GetValue(_resume) is null
            ? [_hyperParameters, _name, _evolve] : [_hyperParameters, _name, _evolve, _project];
        without.AddRange(others.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name));
        if (without.Count > 0) throw new OptionException($"{string.Join(", ", without)} {(without.Count == 1 ? "has" : "have")} no effect "
            + $"together with --resume: a run keeps its own options; --epochs and --patience may change");
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

    private TrainingOptions ReadOptions(ParseResult parsed, Action<string> note)
    {
        var parameters = parsed.GetValue(_hyperParameters) is { } file ? HyperParameterFile.Read(file, note) : new HyperParameters();
        var options = _options.Read(parsed, Standard with { Data = parsed.GetValue(_data)!, HyperParameters = parameters });
        if (options.Sparsity is { NearZeroShare: not null, On: SparsePart.Kernels })
            throw new OptionException("--sparsity auto steers batch-norm scales alone; --sparsity-on kernels needs a rate");
        var weights = Present(FileOf(options.Weights));
        return options with
        {
            Model = options.Model is null && weights is null ? "yolov5n" : options.Model,
            Weights = weights,
            Teacher = FileOf(options.Teacher),
            ImageSize = weights is null || _options.Given(parsed).Any(entry => entry.Name == "--image-size") ? options.ImageSize
                : SizeOf(weights),
        };

        int SizeOf(string weights)
        {
            var size = Checkpoint.Open(weights).ImageSize;
            if (size != options.ImageSize) note(Invariant($"Pictures of {size} px, as the weights were trained at (--image-size)"));
            return size;
        }

        // Most who begin have heard of COCO's weights and do not have them.
        static string? Present(string? weights) => weights is null || File.Exists(weights) ? weights
            : throw new EspalierException($"There is no file '{weights}': leave --weights out to start from nothing, or give --weights "
                + $"{HouseNumberModel.Name} for digits; docs/references.md tells where COCO's weights are.");

        static string? FileOf(string? model) => model is null ? null : ModelFiles.CheckpointFile(model);
    }
}
