using System.Globalization;
using Espalier.Training.Execution;
using Espalier.Training.Optimisation;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Cli.Experiments;

/// <summary>The commands that make an experiment's models one by one.</summary>
internal static class CommandText
{
    /// <summary><c>espalier train</c> with whatever is not the standard.</summary>
    /// <param name="options">What it does.</param>
    /// <param name="run">A run with these options: its hyp.yaml is referred to where the hyper-parameters are not the standard ones.</param>
    public static string Train(TrainingOptions options, RunFolder run)
    {
        var standard = new TrainingOptions { Data = options.Data };
        var words = new List<string> { "espalier train", Word(options.Data) };
        Add("--model", options.Weights is null ? options.Model : null);
        Add("--weights", options.Weights);
        Add("--activation", options.Activation?.ToString().ToLowerInvariant());
        var optimisation = options.HyperParameters.Optimisation;
        var plain = new OptimisationOptions { Kind = optimisation.Kind, CosineSchedule = optimisation.CosineSchedule };
        if (options.HyperParameters != new HyperParameters { Optimisation = plain }) Add("--hyp", run.File("hyp.yaml"));
        Number("--image-size", options.ImageSize, standard.ImageSize);
        Number("--batch", options.BatchSize, standard.BatchSize);
        Number("--epochs", options.Epochs, standard.Epochs);
        Number("--patience", options.Patience, standard.Patience);
        Number("--seed", options.Seed, standard.Seed);
        Number("--workers", options.Workers, standard.Workers);
        Number("--threads", options.Threads, standard.Threads);
        if (optimisation.Kind != OptimiserKind.SGD) Add("--optimizer", optimisation.Kind.ToString().ToLowerInvariant());
        if (optimisation.CosineSchedule) words.Add("--cosine");
        if (!options.CacheInMemory) Add("--cache", "none");
        if (options.KeepPartial) words.Add("--keep-partial");
        if (!options.AutoAnchor) words.Add("--no-autoanchor");
        if (options.Precision != Precision.Auto) Add("--precision", options.Precision.ToString().ToLowerInvariant());
        if (options.Device != "auto") Add("--device", options.Device);
        if (options.ValidationSplit != "val") Add("--split", options.ValidationSplit);
        if (options.Sparsity is { } sparsity) AddSparsity(sparsity);
        if (options.SparseStorage) words.Add("--sparse-storage");
        Add("--teacher", options.Teacher);
        if (options.Teacher is not null && options.TeacherWeight != 1) Add("--teacher-weight", Text(options.TeacherWeight));
        return string.Join(' ', words);

        void AddSparsity(SparsityOptions sparsity)
        {
            Add("--sparsity", sparsity.NearZeroShare is null ? Text(sparsity.Rate) : "auto");
            Add("--sparsity-target", sparsity.NearZeroShare is { } share ? Text(share) : null);
            if (sparsity.Spread == PenaltySpread.Operations) Add("--sparsity-spread", "operations");
            if (sparsity.On == SparsePart.Kernels) Add("--sparsity-on", "kernels");
            if (sparsity is { On: SparsePart.Kernels, KernelPenalty: KernelPenaltyKind.Group }) Add("--sparsity-kernels", "group");
            if (sparsity.Step == SparsityStep.Proximal) Add("--sparsity-step", "proximal");
            if (sparsity.Schedule != SparsitySchedule.Constant) Add("--sparsity-schedule", sparsity.Schedule.ToString().ToLowerInvariant());
        }

        void Number(string name, int value, int usual)
        {
            if (value != usual) Add(name, value.ToString(CultureInfo.InvariantCulture));
        }

        void Add(string name, string? value)
        {
            if (value is not null) words.Add($"{name} {Word(value)}");
        }
    }

    /// <summary><c>espalier prune</c> for a cut.</summary>
    public static string Prune(ExperimentPlan plan, CutPlan cut, string source) => $"espalier prune {Word(source)} --data {Word(plan.Data)} {PruneOptions(plan, cut)}";

    /// <summary>How a cut is made: the options of <see cref="Prune"/>, without files.</summary>
    public static string PruneOptions(ExperimentPlan plan, CutPlan cut)
    {
        var options = plan.Cutting.Options;
        var words = new List<string> { "--by", cut.Criterion, $"{Target(cut)} {Text(cut.Target.Keep)}" };
        words.Add(string.Create(CultureInfo.InvariantCulture, $"--round {options.Rounding}"));
        if (options.Fewest != 8) words.Add($"--fewest {options.Fewest}");
        if (options.Uniform) words.Add("--uniform");
        if (!options.NormalisePerLayer) words.Add("--raw-scores");
        if (options.PerCost) words.Add("--per-cost");
        if (options.KeepShortcuts) words.Add("--keep-shortcuts");
        foreach (var layer in options.KeepLayers) words.Add($"--keep {layer}");
        if (plan.Cutting.Pictures != 512) words.Add(string.Create(CultureInfo.InvariantCulture, $"--pictures {plan.Cutting.Pictures}"));
        if (plan.Cutting.Steps > 1) words.Add(string.Create(CultureInfo.InvariantCulture, $"--steps {plan.Cutting.Steps} --epochs-between {plan.Cutting.EpochsBetween}"));
        if (plan.Dense.Seed != 0) words.Add(string.Create(CultureInfo.InvariantCulture, $"--seed {plan.Dense.Seed}"));
        if (plan.Splits[0] != "val") words.Add($"--split {Word(plan.Splits[0])}");
        return string.Join(' ', words);
    }

    /// <summary>How much a cut keeps, in words.</summary>
    public static string Asked(CutPlan cut) => cut.Target.Measure switch
    {
        Networks.PruningMeasure.Operations => $"{Text(cut.Target.Keep)} of the FLOPs",
        Networks.PruningMeasure.Parameters => $"{Text(cut.Target.Keep)} of the parameters",
        Networks.PruningMeasure.Channels => $"{Text(cut.Target.Keep)} of the channels",
        Networks.PruningMeasure.Milliseconds => $"{Text(cut.Target.Keep)} ms",
        _ => $"scores from {Text(cut.Target.Keep)} on",
    };

    private static string Target(CutPlan cut) => cut.Target.Measure switch
    {
        Networks.PruningMeasure.Operations => "--keep-flops",
        Networks.PruningMeasure.Parameters => "--keep-parameters",
        Networks.PruningMeasure.Channels => "--keep-channels",
        Networks.PruningMeasure.Milliseconds => "--milliseconds",
        _ => "--threshold",
    };

    private static string Word(string value) => value.Contains(' ', StringComparison.Ordinal) ? $"\"{value}\"" : value;

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
