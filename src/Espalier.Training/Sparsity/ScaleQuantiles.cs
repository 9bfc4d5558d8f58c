using Espalier.Networks;

namespace Espalier.Training.Sparsity;

/// <summary>How the batch-norm scales |γ| of a network are distributed.</summary>
/// <param name="Tenth">A tenth of them are smaller.</param>
/// <param name="Median">Half of them are smaller.</param>
/// <param name="Ninetieth">Nine tenths of them are smaller.</param>
/// <param name="NearZero">The share below <see cref="NearlyZero"/>: what could be cut at next to no loss.</param>
/// <param name="Wanted">The scale below which the share lies that a self-steering run wants near zero; null where none is wanted.</param>
public sealed record ScaleQuantiles(double Tenth, double Median, double Ninetieth, double NearZero, double? Wanted = null)
{
    /// <summary>Below this a channel sends next to nothing but its constant.</summary>
    public const double NearlyZero = 0.01;

    /// <summary>|γ| of every channel of every batch norm, in the graph's order.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its weights.</param>
    public static IEnumerable<float> ScalesOf(Graph graph, Weights weights)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(weights);
        return graph.Nodes.OfType<BatchNormNode>().SelectMany(norm => weights[$"{norm.Name}.weight"].Values).Select(Math.Abs);
    }

    /// <summary>The distribution over all batch norms; null where there are none.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="wantedShare">The share that is wanted near zero, if any.</param>
    public static ScaleQuantiles? Of(Graph graph, Weights weights, double? wantedShare = null) => Of(ScalesOf(graph, weights), wantedShare);

    /// <summary>The distribution of some of them; null where there are none.</summary>
    /// <param name="some">|γ| of each, in any order.</param>
    /// <param name="wantedShare">The share of these that is wanted near zero, if any.</param>
    internal static ScaleQuantiles? Of(IEnumerable<float> some, double? wantedShare)
    {
        var scales = some.Order().ToArray();
        return scales.Length == 0 ? null : new ScaleQuantiles(At(0.1), At(0.5), At(0.9),
            (double)scales.Count(scale => scale < NearlyZero) / scales.Length, wantedShare is { } wanted ? At(wanted) : null);

        double At(double share) => scales[(int)(share * (scales.Length - 1))];
    }
}
