using Espalier.Networks;
using Espalier.Tests;

namespace Espalier.Runtime.Tests;

/// <summary>Checkpoints with the oracle's deterministic weights, and what is emitted of them.</summary>
internal static class Emitted
{
    public static Checkpoint Checkpoint(string architecture, int classes = 10, int imageSize = 64)
        => Checkpoint(GraphBuilder.Expand(Architecture.Load(architecture), classes), imageSize);

    public static Checkpoint Checkpoint(Graph graph, int imageSize = 64) => new()
    {
        Graph = graph,
        Weights = DeterministicWeights.For(graph),
        ClassNames = [.. Enumerable.Range(0, graph.Classes).Select(index => $"{index}")],
        ImageSize = imageSize,
    };

    /// <summary>The same, thinned by a plan that follows from a seed.</summary>
    public static Checkpoint Thinned(string architecture, int seed, int side)
    {
        var whole = Checkpoint(architecture);
        var (graph, weights) = RandomPlans.Cut(new Network(whole.Graph, whole.Weights), seed, side);
        return whole with { Graph = graph, Weights = weights };
    }

    /// <summary>The same with about .6 of every layer's channels, in multiples of a number that is no larger multiple.</summary>
    public static Checkpoint ThinnedEvenly(string architecture, int rounding, int side)
    {
        var whole = Checkpoint(architecture);
        var network = new Network(whole.Graph, whole.Weights);
        var analysis = ChannelAnalysis.Of(network.Graph);
        var plan = PruningPlanner.Plan(analysis, ChannelImportance.KernelNorm(network), new PruningOptions
        {
            Target = new KeepShare(PruningMeasure.Channels, 0.6),
            ImageSize = side,
            Rounding = rounding,
            Uniform = true,
        });
        var (graph, weights) = Surgery.Cut(network, plan.Removal(analysis));
        return whole with { Graph = graph, Weights = weights };
    }

    public static OnnxNetwork Open(Checkpoint checkpoint, OnnxOptions? options = null, RuntimeOptions? runtime = null)
        => OnnxNetwork.Open(OnnxEmission.Emit(checkpoint, options).ToBytes(), runtime);

    /// <summary>Deterministic pictures as bytes: (count, height, width, 3).</summary>
    public static byte[] Pixels(int count, int height, int width)
    {
        var pixels = new byte[count * height * width * 3];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(127.5 + (127.4 * Math.Sin(0.01 * (i + 1))));
        return pixels;
    }
}
