using Espalier.Training.Thinning;

namespace Espalier.Pipelines.Experiments;

/// <summary>A figure that an experiment comes to wherever it is carried out, and how far from it another machine may end.</summary>
/// <param name="Model">Which of the experiment's models: <c>dense</c>, <c>sparse</c>, or a cut's name.</param>
/// <param name="Figure">One of <see cref="Figures"/>.</param>
/// <param name="Value">What it should be.</param>
/// <param name="Tolerance">By how much it may be more or less; 0 for what is exact.</param>
public sealed record Expectation(string Model, string Figure, double Value, double Tolerance)
{
    private static readonly OrderedDictionary<string, Func<ReportedAccuracy, long, long, double>> Known = new(StringComparer.Ordinal)
    {
        ["map50"] = (accuracy, _, _) => accuracy.MeanAveragePrecision50,
        ["map50_95"] = (accuracy, _, _) => accuracy.MeanAveragePrecision,
        ["precision"] = (accuracy, _, _) => accuracy.Precision,
        ["recall"] = (accuracy, _, _) => accuracy.Recall,
        ["parameters"] = (_, parameters, _) => parameters,
        ["flops"] = (_, _, multiplyAdds) => 2 * multiplyAdds,
    };

    /// <summary>
    /// What can be expected: accuracy on the first split, trainable parameters, and operations a picture, a multiply-add counting as two.
    /// </summary>
    public static IReadOnlyCollection<string> Figures => Known.Keys;

    /// <summary>What the figure is of a model that was judged and counted.</summary>
    /// <param name="accuracy">On the first split.</param>
    /// <param name="parameters">Trainable parameters.</param>
    /// <param name="multiplyAdds">Multiply-adds of the convolutions for a picture.</param>
    public double Of(ReportedAccuracy accuracy, long parameters, long multiplyAdds) => Known[Figure](accuracy, parameters, multiplyAdds);
}
