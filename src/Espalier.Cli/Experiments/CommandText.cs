using System.Globalization;
using Espalier.Training.Optimisation;
using Espalier.Training.Runs;

namespace Espalier.Cli.Experiments;

/// <summary>The commands that make an experiment's models one by one.</summary>
internal static class CommandText
{
    /// <summary><c>espalier train</c> with whatever is not the standard.</summary>
    /// <param name="options">What it does.</param>
    /// <param name="run">A run with these options: its hyp.yaml is referred to where the hyper-parameters are not the standard ones.</param>
    public static string Train(TrainingOptions options, RunFolder run)
    {
        var optimisation = options.HyperParameters.Optimisation;
        var said = new OptimisationOptions { Kind = optimisation.Kind, CosineSchedule = optimisation.CosineSchedule };
        IEnumerable<string> words = ["espalier train", Word(options.Data), .. TrainingOptions.Table.Words(options, new TrainingOptions { Data = options.Data })];
        if (options.HyperParameters != new HyperParameters { Optimisation = said }) words = words.Append($"--hyp {Word(run.File("hyp.yaml"))}");
        return string.Join(' ', words);
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
