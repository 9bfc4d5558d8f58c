using Espalier.Core;
using Espalier.Datasets.Streets;
using Espalier.Datasets.Yolo;
using Espalier.Training.Thinning;

namespace Espalier.Pipelines.Experiments;

/// <summary>What came of an experiment.</summary>
/// <param name="Models">Its models, in the order in which they came about.</param>
/// <param name="Accuracy">How good each is, split by split, by its name.</param>
/// <param name="Cuts">How each cut was made, by its name.</param>
/// <param name="Speed">How fast all but the bare cuts are.</param>
public sealed record ExperimentResult(IReadOnlyList<ExperimentModel> Models,
    IReadOnlyDictionary<string, IReadOnlyList<ReportedAccuracy>> Accuracy, IReadOnlyDictionary<string, CutRecord> Cuts, SpeedRecord Speed);

/// <summary>
/// Runs an experiment, stage by stage: each one leaves a file or a run behind, and what is there already is used. Stopped at any moment, by
/// Ctrl-C or worse, it goes on when it is run again.
/// </summary>
/// <param name="plan">What is done.</param>
/// <param name="folder">Where.</param>
/// <param name="listener">Told of it.</param>
public sealed class Experiment(ExperimentPlan plan, ExperimentFolder folder, IPipelineListener? listener = null)
{
    private readonly IPipelineListener _listener = listener ?? new QuietListener();
    private readonly List<CutPlan> _cuts = [.. plan.Cutting.Cuts()];

    /// <summary>Runs what is not done yet.</summary>
    /// <param name="cancellationToken">Ends it; a training that goes on is saved first.</param>
    /// <returns>What came of it; null where it was ended in a training.</returns>
    /// <exception cref="EspalierException">Data, options or files cannot be used.</exception>
    public ExperimentResult? Run(CancellationToken cancellationToken = default)
    {
        Check();
        using var held = folder.Lock();
        var stages = new StageRunner(_listener, StageCount, cancellationToken);
        DrawStreet(stages, cancellationToken);
        if (!stages.Train("Training the dense network", folder.Dense, plan.Dense)) return null;
        var source = folder.Dense;
        if (plan.Sparse is { } sparse)
        {
            source = folder.Sparse;
            var teacher = plan.SparseTeacher ? folder.Dense.Best : null;
            var options = sparse with { Weights = folder.Dense.Best, Model = null, Teacher = teacher };
            if (!stages.Train("Training sparsely", folder.Sparse, options)) return null;
        }

        var cuts = new Dictionary<string, CutRecord>();
        foreach (var cut in _cuts)
        {
            var into = new CutFolder(folder.Cut(cut));
            if (stages.Cut($"Cutting {cut.Name}", into, source.Best, plan.PruningFor(cut), plan.FineTuning) is not { } record) return null;
            cuts.Add(cut.Name, record);
            var options = plan.FineTuning with
            {
                Weights = folder.CutWeights(cut),
                Model = null,
                Teacher = plan.Teacher ? folder.Dense.Best : null,
            };
            if (!stages.Train($"Fine-tuning {cut.Name}", folder.Tuned(cut), options)) return null;
        }

        var models = ExperimentModel.All(plan, folder);
        stages.Begin("Judging every model");
        var judging = new JudgingStage(plan, folder, cancellationToken);
        var accuracy = models.ToDictionary(model => model.Name, judging.Judge);
        stages.Begin("Timing, model beside model");
        var speed = new SpeedStage(plan, folder, _listener, cancellationToken)
            .Measure([.. models.Where(model => model.Role != ModelRole.Cut)]);
        return new ExperimentResult(models, accuracy, cuts, speed);
    }

    /// <summary>How many stages there are: the dense training, judging and timing; a street and sparse training where they are wanted; each
    /// cut and its fine-tuning.</summary>
    public int StageCount => 3 + (plan.Street is null ? 0 : 1) + (plan.Sparse is null ? 0 : 1) + 2 * _cuts.Count;

    /// <summary>Whatever can be known to be missing before the first hour is spent.</summary>
    private void Check()
    {
        if (plan.Dense.Weights is { } weights && !File.Exists(weights))
            throw new EspalierException($"There is no file '{weights}' to start from: fetch it (docs/references.md says "
                + "where from), or say 'model' in the place of 'weights' under 'dense', to start from scratch.");
        if (plan.Street is not null) return;
        var data = DataConfiguration.Read(plan.Data);
        foreach (var split in plan.Splits.Where(split => !data.Splits.ContainsKey(split)))
        {
            throw new EspalierException($"{plan.Data} has no split '{split}', which the experiment judges on: make the data with it "
                + $"(--split \"{split}=…\"), or name under 'splits' what it has: "
                + $"{string.Join(", ", data.Splits.Keys.Where(name => name != "train").Order(StringComparer.Ordinal))}.");
        }

        foreach (var split in (string[])["train", .. plan.Splits]) _ = data.Sources(split);
    }

    private void DrawStreet(StageRunner stages, CancellationToken cancellationToken)
    {
        if (plan.Street is not { } street) return;
        var (place, isThere) = (Path.GetDirectoryName(plan.Data)!, File.Exists(plan.Data));
        var numbers = Invariant($"{street.Pictures.Training:N0} house numbers to learn from, {street.Pictures.Validation:N0} held out");
        stages.Begin(isThere ? $"The street is there already: {numbers}" : $"Drawing a street: {numbers}");
        if (isThere)
        {
            if (!StreetWriter.Holds(place, street.Street, street.Pictures)) throw new EspalierException(
                $"'{place}' holds another street than the one that is asked for: remove it, and it is drawn anew.");
            return;
        }

        StreetWriter.Write(place, street.Street, street.Pictures, new PhotoProgressTeller(_listener, "drawing"), cancellationToken);
    }
}
