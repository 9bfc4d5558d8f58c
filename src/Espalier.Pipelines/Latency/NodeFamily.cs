using Espalier.Core;

namespace Espalier.Pipelines.Latency;

/// <summary>The times of nodes that differ in their widths alone.</summary>
internal sealed class NodeFamily
{
    // Fused nodes take no time of their own, which is no measure for an error.
    private const double Shortest = 0.5;

    private readonly Dictionary<(int Inputs, int Outputs), double> _measured;
    private readonly double[] _line;
    private readonly double _least;

    /// <summary>Fits a·1 + b·outputs + c·inputs·outputs, what a call, writing and multiplying cost.</summary>
    /// <param name="samples">At least one.</param>
    public NodeFamily(IReadOnlyCollection<NodeSample> samples)
    {
        _measured = samples.GroupBy(sample => (sample.Inputs, sample.Outputs))
            .ToDictionary(group => group.Key, group => Quantile.Median(group.Select(sample => sample.Microseconds)));
        _line = LeastSquares.Fit([.. _measured.Select(pair => (Terms(pair.Key.Inputs, pair.Key.Outputs), Math.Max(pair.Value, Shortest)))]);
        _least = _measured.Values.Min() / 2;
        (MostInputs, MostOutputs) = (samples.Max(sample => sample.Inputs), samples.Max(sample => sample.Outputs));
    }

    private int MostInputs { get; }

    private int MostOutputs { get; }

    /// <summary>Whether such widths were measured, or wider ones.</summary>
    public bool Reaches(NodeShape shape) => shape.Inputs <= MostInputs && shape.Outputs <= MostOutputs;

    /// <summary>Microseconds: as measured for these very widths, else on the line.</summary>
    public double Predict(NodeShape shape) => _measured.TryGetValue((shape.Inputs, shape.Outputs), out var measured)
        ? measured
        : Math.Max(_line.Zip(Terms(shape.Inputs, shape.Outputs), (factor, term) => factor * term).Sum(), _least);

    private static double[] Terms(int inputs, int outputs) => [1, outputs, (double)inputs * outputs];
}
