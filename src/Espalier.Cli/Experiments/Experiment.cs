using System.Globalization;
using Espalier.Cli.Benchmarks;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Datasets.Streets;
using Espalier.Datasets.Yolo;
using Espalier.Networks;
using Espalier.Reports;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Cli.Experiments;

/// <summary>
/// Runs an experiment, stage by stage: each one leaves a file or a run behind, and what is there already is used. Stopped at any moment, by Ctrl-C or worse, the same
/// command goes on.
/// </summary>
/// <param name="plan">What is done.</param>
/// <param name="folder">Where.</param>
/// <param name="terminal">Told of it.</param>
internal sealed class Experiment(ExperimentPlan plan, ExperimentFolder folder, TerminalSession terminal)
{
    private readonly List<CutPlan> _cuts = [.. plan.Cutting.Cuts()];
    private int _stage;

    /// <summary>Runs what is not done yet, and writes the report.</summary>
    /// <param name="command">The command that the report says to reproduce it with.</param>
    /// <returns>What the report says; null where the user interrupted it.</returns>
    /// <exception cref="EspalierException">Data, options or files cannot be used.</exception>
    public ThinningReport? Run(string command)
    {
        Check();
        DrawStreet();
        if (!Train("Training the dense network", folder.Dense, plan.Dense)) return null;
        var source = folder.Dense;
        if (plan.Sparse is { } sparse)
        {
            source = folder.Sparse;
            if (!Train("Training sparsely", folder.Sparse, sparse with { Weights = folder.Dense.Best, Model = null, Teacher = plan.SparseTeacher ? folder.Dense.Best : null })) return null;
        }

        foreach (var cut in _cuts)
        {
            if (!Cut(cut, source)) return null;
            var options = plan.FineTuning with { Weights = folder.CutWeights(cut), Model = null, Teacher = plan.Teacher ? folder.Dense.Best : null };
            if (!Train($"Fine-tuning {cut.Name}", folder.Tuned(cut), options)) return null;
        }

        var models = ExperimentModel.All(plan, folder);
        var judging = new JudgingStage(plan, folder, terminal);
        Begin("Judging every model");
        foreach (var model in models) judging.Judge(model);
        Begin("Timing, model beside model");
        var speed = new SpeedStage(plan, folder, terminal).Measure([.. models.Where(model => model.Role != ModelRole.Cut)]);
        Begin("The report");
        return new ExperimentReport(plan, folder, models, speed, command).Write(terminal.Say);
    }

    /// <summary>The dense training, judging, timing and the report; a street and sparse training where they are wanted; each cut and its fine-tuning.</summary>
    private int StageCount => 4 + (plan.Street is null ? 0 : 1) + (plan.Sparse is null ? 0 : 1) + 2 * _cuts.Count;

    /// <summary>Whatever can be known to be missing before the first hour is spent.</summary>
    private void Check()
    {
        if (plan.Dense.Weights is { } weights && !File.Exists(weights)) throw new EspalierException($"There is no file '{weights}' to start from.");
        if (plan.Street is not null) return;
        var data = DataConfiguration.Read(plan.Data);
        foreach (var split in (string[])["train", .. plan.Splits]) _ = data.Sources(split);
    }

    private void Begin(string what) => terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{++_stage,3}/{StageCount} {what}"));

    private void DrawStreet()
    {
        if (plan.Street is not { } street) return;
        Begin(string.Create(CultureInfo.InvariantCulture, $"Drawing a street: {street.Pictures.Training:N0} house numbers to learn from, {street.Pictures.Validation:N0} held out"));
        var place = Path.GetDirectoryName(plan.Data)!;
        if (File.Exists(plan.Data))
        {
            if (!StreetWriter.Holds(place, street.Street, street.Pictures)) throw new EspalierException($"'{place}' holds another street than the one that is asked for: remove it, and it is drawn anew.");
            return;
        }

        StreetWriter.Write(place, street.Street, street.Pictures, new PhotoReporter(new ProgressLine(terminal), "drawing"), terminal.Interrupted);
        terminal.Clear();
    }

    private bool Train(string what, RunFolder run, TrainingOptions options)
    {
        Begin(string.Create(CultureInfo.InvariantCulture, $"{what}: {options.Epochs} epochs"));
        if (Trainer.Continue(run, options, Listeners(), terminal.Interrupted) is not { } record) return Interrupted();
        var best = EpochRecord.Best(record.History);
        terminal.Say(string.Create(CultureInfo.InvariantCulture, $"     epoch {best.Epoch + 1}: mAP50 {best.MeanAveragePrecision50:0.000}, mAP50-95 {best.MeanAveragePrecision:0.000}"));
        return true;
    }

    private bool Cut(CutPlan cut, RunFolder source)
    {
        Begin($"Cutting {cut.Name}");
        var options = CommandText.PruneOptions(plan, cut);
        if (StageFile.Read<CutRecord>(folder.CutRecord(cut), source.Best) is { } record && record.Asked == cut.Target)
        {
            if (record.Options is { } made && made != options) throw new EspalierException($"'{folder.Cut(cut)}' holds a cut with other options ({made}, not {options}): remove it, and it is made anew.");
        }
        else
        {
            var thinning = new StagedThinning { Request = Request(cut), Steps = plan.Cutting.Steps, Between = plan.FineTuning with { Epochs = plan.Cutting.EpochsBetween } };
            Directory.CreateDirectory(folder.Cut(cut));
            if (thinning.Run(Checkpoint.Open(source.Best), source.Best, folder.Cut(cut), Listeners, null, terminal.Interrupted) is not { } outcome) return Interrupted();
            AtomicFile.WriteAllText(Path.Combine(folder.Cut(cut), "plan.json"), outcome.Plan.ToJson());
            outcome.Checkpoint.Save(folder.CutWeights(cut));
            StageFile.Write(folder.CutRecord(cut), record = CutRecord.Of(outcome, options));
        }

        var (before, after) = (record.Before, record.After);
        terminal.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"     kept {(double)after.MultiplyAdds / before.MultiplyAdds:0.00} of the operations, {(double)after.Parameters / before.Parameters:0.00} of the parameters; mAP50 {record.Steps[0].MeanAveragePrecision50:0.000} -> {record.Steps[^1].MeanAveragePrecision50:0.000} before fine-tuning"));
        return true;
    }

    private ThinningRequest Request(CutPlan cut) => new()
    {
        Data = plan.Data,
        Criterion = cut.Criterion,
        Pruning = plan.Cutting.Options with { Target = cut.Target },
        ValidationSplit = plan.Splits[0],
        Pictures = plan.Cutting.Pictures,
        Seed = plan.Dense.Seed,
        Device = plan.Dense.Device,
        Threads = plan.Dense.Threads,
        Latency = network => LatencyMeter.Measure([network], plan.Dense.Threads)[0],
    };

    private IReadOnlyList<ITrainingListener> Listeners() => [new ResultsCsv(), new TensorBoardListener(), new RunPictures(terminal.Say), new EpochBars(terminal)];

    private bool Interrupted()
    {
        terminal.Say("Interrupted; nothing is lost. The same command goes on.");
        return false;
    }
}
