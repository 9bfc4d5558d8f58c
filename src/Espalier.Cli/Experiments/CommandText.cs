using System.Globalization;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Pipelines.Experiments;
using Espalier.Pipelines.Pruning;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;

namespace Espalier.Cli.Experiments;

/// <summary>Commands as a user types them: those that make an experiment's models one by one, and what to go on with.</summary>
internal static class CommandText
{
    private static readonly int UsualBatch = new TrainingOptions { Data = "" }.BatchSize;

    /// <summary><c>espalier train</c> with whatever is not the standard.</summary>
    /// <param name="options">What it does.</param>
    /// <param name="run">A run with these options: its hyp.yaml is referred to
    /// where the hyper-parameters are not the standard ones.</param>
    public static string Train(TrainingOptions options, RunFolder run)
    {
        var optimization = options.HyperParameters.Optimization;
        var said = new OptimizationOptions { Kind = optimization.Kind, CosineSchedule = optimization.CosineSchedule };
        IEnumerable<string> words = ["espalier train", CommandWord.Quote(options.Data),
            .. TrainingOptions.Table.Words(options, new TrainingOptions { Data = options.Data })];
        if (options.HyperParameters != new HyperParameters { Optimization = said })
            words = words.Append($"--hyp {CommandWord.Quote(run.File("hyp.yaml"))}");
        return string.Join(' ', words);
    }

    /// <summary><c>espalier prune</c> for a cut.</summary>
    public static string Prune(PruneOptions options, string source) =>
        $"espalier prune {CommandWord.Quote(source)} --data {CommandWord.Quote(options.Data)} {options.ToWords()}";

    /// <summary><c>espalier train</c> for what a cut left, with the network that was cut as its teacher.</summary>
    /// <param name="data">The data.yaml.</param>
    /// <param name="cut">What was left.</param>
    /// <param name="whole">What was cut.</param>
    /// <param name="network">The network that was left: at its size, in batches as it was trained in.</param>
    public static string FineTune(string data, string cut, string whole, Checkpoint network)
    {
        var batch = TrainingCheckpoint.BatchOf(network) is { } own && own != UsualBatch ? Invariant($" --batch {own}") : "";
        return $"espalier train {CommandWord.Quote(data)} --weights {CommandWord.Quote(cut)} --teacher {CommandWord.Quote(whole)} "
            + Invariant($"--no-autoanchor --epochs 20 --image-size {network.ImageSize}{batch}");
    }

    /// <summary>How much a cut keeps, in words.</summary>
    public static string Asked(CutPlan cut) => cut.Target switch
    {
        KeepShare { Of: PruningMeasure.Operations, Share: var share } => $"{Text(share)} of the FLOPs",
        KeepShare { Of: var measure, Share: var share } => $"{Text(share)} of the {measure.ToString().ToLowerInvariant()}",
        LatencyBudget { Milliseconds: var most } => $"{Text(most)} ms",
        _ => $"scores from {Text(cut.Target.Number)} on",
    };

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
