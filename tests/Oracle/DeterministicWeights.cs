using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>
/// The oracle's deterministic net, which anyone can rebuild: every array filled by its kind and shape, k being the 1-based flat index,
/// computed in double and cast to float. Compiled into the test projects that link this folder.
/// </summary>
internal static class DeterministicWeights
{
    /// <summary>The weights of a graph: the oracle's fill.</summary>
    public static Weights For(Graph graph)
    {
        var weights = new Weights();
        foreach (var item in graph.State())
        {
            weights[item.Name] = item.Kind == StateKind.Anchors
                ? GraphState.Anchors(graph.Detect)
                : new WeightArray([.. item.Shape], Fill(item));
        }

        return weights;
    }

    /// <summary>The oracle's picture: 0.5 + 0.5 · sin(0.01 k), as NCHW.</summary>
    public static float[] Picture(int count, int channels, int height, int width)
        => Fill(count * channels * height * width, k => 0.5 + (0.5 * Math.Sin(0.01 * k)));

    private static float[] Fill(StateItem item)
    {
        var fanIn = item.Shape.Skip(1).Aggregate(1, (product, length) => product * length);
        return Fill((int)item.Count, item.Kind switch
        {
            StateKind.ConvolutionWeight => k => Math.Sqrt(2.0 / fanIn) * Math.Sin(k),
            StateKind.ConvolutionBias => k => 0.1 * Math.Sin(k),
            StateKind.BatchNormWeight => k => 1 + (0.1 * Math.Sin(k)),
            StateKind.BatchNormBias => k => 0.1 * Math.Cos(k),
            StateKind.RunningMean => k => 0.05 * Math.Sin(2 * k),
            StateKind.RunningVariance => k => 1 + (0.5 * Math.Cos(k) * Math.Cos(k)),
            _ => _ => 0,
        });
    }

    private static float[] Fill(int count, Func<double, double> value)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = (float)value(i + 1);
        return values;
    }
}
