using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Tests;

/// <summary>The networks of the oracle, ready to compute.</summary>
internal static class TestNetworks
{
    public static Graph Graph(string name = "yolov5n", int classes = 10) => GraphBuilder.Expand(Architecture.Load(name), classes);

    public static ExecutableNetwork Deterministic(string name = "yolov5n", ExecutionMode mode = ExecutionMode.Evaluation)
    {
        var graph = Graph(name);
        return new ExecutableNetwork(graph, DeterministicWeights.For(graph)) { Mode = mode };
    }

    public static Tensor Pictures(int count, int side) =>
        tensor(DeterministicWeights.Picture(count, 3, side, side), [count, 3, side, side], float32);

    /// <summary>The position of the node that gives a table row's output.</summary>
    public static int LastOfRow(Graph graph, int row) =>
        Enumerable.Range(0, graph.Nodes.Length).Last(position => graph.Nodes[position].Row == row);

    public static (float Mean, float Deviation) Moments(Tensor tensor) => (tensor.mean().item<float>(), tensor.std().item<float>());
}
