using Espalier.Core;

namespace Espalier.Networks;

/// <summary>
/// The weights a network starts from when it is trained from scratch: torch's default for convolutions, U(−1/√fan_in, 1/√fan_in)
/// (He et al. 2015 with a = √5), γ = 1 and β = 0, and head biases that expect about eight objects in a 640-pixel picture.
/// </summary>
internal static class WeightInitializer
{
    private const double ObjectsAPicture = 8;
    private const double PictureSize = 640;
    private const double ClassPrior = 0.6;

    /// <summary>Fresh weights for every array of a graph's state, in its order.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="seed">Equal seeds give equal weights; each array draws from its own stream, by name, so that a change elsewhere in the
    /// graph leaves it as it is.</param>
    public static Weights Initialize(Graph graph, ulong seed)
    {
        var weights = new Weights();
        foreach (var item in graph.State()) weights[item.Name] = Initial(graph, item, weights, seed);
        for (var level = 0; level < graph.Detect.Inputs.Length; level++) AddPrior(graph, level, weights);
        return weights;
    }

    private static WeightArray Initial(Graph graph, StateItem item, Weights weights, ulong seed)
    {
        if (item.Kind == StateKind.Anchors) return GraphState.Anchors(graph.Detect);
        var values = new float[item.Count];
        switch (item.Kind)
        {
            case StateKind.ConvolutionWeight:
                Uniform(values, FanIn(item.Shape.AsSpan()), item.Name, seed);
                break;
            case StateKind.ConvolutionBias:
                // A bias follows its weight in the state and shares its bound.
                Uniform(values, FanIn(weights[item.Name[..^"bias".Length] + "weight"].Shape), item.Name, seed);
                break;
            case StateKind.BatchNormWeight or StateKind.RunningVariance:
                Array.Fill(values, 1f);
                break;
            case StateKind.BatchNormBias or StateKind.RunningMean or StateKind.BatchesTracked:
                break;
            default:
                throw new NotSupportedException($"{item.Name}: there is no start for a {item.Kind}.");
        }

        return new WeightArray([.. item.Shape], values);
    }

    /// <summary>Objectness += log(8 / (640 / stride)²), classes += log(0.6 / (nc − 0.99999)) (facts, "Bias at the start").</summary>
    private static void AddPrior(Graph graph, int level, Weights weights)
    {
        if (graph.Nodes[graph.Detect.Inputs[level]] is not ConvNode { Bias: true } head) return;
        var objectness = (float)Math.Log(ObjectsAPicture / Math.Pow(PictureSize / graph.Detect.Strides[level], 2));
        var classes = (float)Math.Log(ClassPrior / (graph.Classes - 0.99999));
        var (bias, outputs) = (weights[$"{head.Name}.bias"].Values, graph.Classes + 5);
        for (var i = 0; i < bias.Length; i++)
        {
            if (i % outputs == 4) bias[i] += objectness;
            else if (i % outputs > 4) bias[i] += classes;
        }
    }

    private static int FanIn(ReadOnlySpan<int> shape) => WeightArray.Count(shape[1..]);

    private static void Uniform(float[] values, int fanIn, string name, ulong seed)
    {
        var bound = 1 / Math.Sqrt(fanIn);
        var state = seed;
        foreach (var letter in name) state = SplitMix64.Next(ref state) ^ letter;
        for (var i = 0; i < values.Length; i++)
        {
            var unit = (SplitMix64.Next(ref state) >> 11) * (1.0 / (1UL << 53));
            values[i] = (float)(((2 * unit) - 1) * bound);
        }
    }
}
