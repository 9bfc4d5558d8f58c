using System.Collections.Immutable;
using Espalier.Networks;
using Espalier.Vision;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>
/// A network's parameters and buffers by state-dict names, over a few flat tensors: one a kind of trainable parameter, one for
/// frozen parameters, one for the running statistics.
/// </summary>
internal sealed class NetworkState : IDisposable
{
    private readonly Graph _graph;
    private readonly FlatTensor _frozen;
    private readonly Dictionary<string, Tensor> _tensors = [];
    private readonly Dictionary<string, long> _batchesTracked = [];

    /// <summary>Lays out the state of a graph, all zero.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="device">Where its tensors live.</param>
    /// <param name="isFrozen">Whether a parameter of that name is not to be trained.</param>
    public NetworkState(Graph graph, Device device, Func<string, bool> isFrozen)
    {
        _graph = graph;
        var parameters = ParametersOf(graph).ToLookup(parameter => isFrozen(parameter.Name));
        Groups = [.. Enum.GetValues<ParameterKind>().Select(kind => Group(kind, parameters[false], device))];
        _frozen = FlatTensor.Zeros(parameters[true].Select(parameter => (parameter.Name, parameter.Shape)), device);
        Statistics = FlatTensor.Zeros(StatisticsOf(graph), device);
        foreach (var group in Groups) Track(group);
        Track(_frozen);
        Track(Statistics);
        foreach (var node in graph.Nodes.OfType<BatchNormNode>()) _batchesTracked[BatchesTracked(node)] = 0;
        Nodes = [.. graph.Nodes.Select(StateOf)];
    }

    /// <summary>A group a <see cref="ParameterKind"/>, in its order.</summary>
    public ImmutableArray<ParameterGroup> Groups { get; }

    /// <summary>Running means and variances.</summary>
    public FlatTensor Statistics { get; }

    /// <summary>The tensors of each node.</summary>
    public ImmutableArray<NodeState> Nodes { get; }

    /// <summary>Every parameter and running statistic by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>All flat tensors in a fixed order: the groups' values, the frozen parameters, the statistics.</summary>
    public IEnumerable<FlatTensor> FlatTensors => [.. Groups.Select(group => group.Values), _frozen, Statistics];

    /// <summary>Counts one more batch that the running statistics have seen.</summary>
    public void CountBatch()
    {
        foreach (var name in _batchesTracked.Keys) _batchesTracked[name]++;
    }

    /// <summary>Checks everything, then overwrites everything.</summary>
    /// <exception cref="EspalierException">An array is missing, is unknown, or has another shape; nothing was changed.</exception>
    public void Load(Weights weights)
    {
        foreach (var flat in FlatTensors) WeightsCheck.Require(weights, flat);
        WeightsCheck.Require(weights, AnchorsName, AnchorsShape);
        foreach (var name in weights.Names)
        {
            if (!IsKnown(name)) throw new EspalierException($"The weights hold {name}, which the network does not have.");
        }

        foreach (var flat in FlatTensors) flat.CopyFrom(weights);
        foreach (var name in _batchesTracked.Keys) _batchesTracked[name] = (long)(weights.Find(name)?.Values[0] ?? 0);
    }

    /// <summary>Reads everything, in state-dict order of <paramref name="order"/>.</summary>
    public Weights ToWeights(IEnumerable<string> order)
    {
        var arrays = new Weights();
        foreach (var flat in FlatTensors) flat.CopyTo(arrays);
        foreach (var (name, count) in _batchesTracked) arrays[name] = new WeightArray([], [count]);
        arrays[AnchorsName] = Anchors();
        var ordered = new Weights();
        foreach (var name in order) ordered[name] = arrays[name];
        foreach (var name in arrays.Names.Where(name => !ordered.Contains(name))) ordered[name] = arrays[name];
        return ordered;
    }

    /// <summary>Overwrites everything from the state of the same graph, frozen alike, on any device.</summary>
    public void CopyFrom(NetworkState other)
    {
        foreach (var (mine, theirs) in FlatTensors.Zip(other.FlatTensors)) mine.CopyFrom(theirs);
        CopyBatchesTrackedFrom(other);
    }

    /// <summary>Takes over how many batches the running statistics have seen.</summary>
    public void CopyBatchesTrackedFrom(NetworkState other)
    {
        foreach (var (name, count) in other._batchesTracked) _batchesTracked[name] = count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values) tensor.Dispose();
        foreach (var group in Groups) group.Dispose();
        _frozen.Dispose();
        Statistics.Dispose();
    }

    private string AnchorsName => _graph.Detect.Name + ".anchors";

    private int[] AnchorsShape => [_graph.Detect.Anchors.Length, _graph.Detect.Anchors[0].Length / 2, 2];

    /// <summary>The graph's anchors in cells; what a file says of them was used to build the graph.</summary>
    private WeightArray Anchors() => new(
        AnchorsShape,
        [.. _graph.Detect.Anchors.Zip(_graph.Detect.Strides, (anchors, stride) => anchors.Select(length => length / stride)).SelectMany(level => level)]);

    private bool IsKnown(string name) => _tensors.ContainsKey(name) || _batchesTracked.ContainsKey(name) || name == AnchorsName;

    private NodeState StateOf(Node node) => node switch
    {
        ConvNode convolution => new NodeState(_tensors[node.Name + ".weight"], convolution.Bias ? _tensors[node.Name + ".bias"] : null),
        BatchNormNode => new NodeState(
            _tensors[node.Name + ".weight"], _tensors[node.Name + ".bias"],
            _tensors[node.Name + ".running_mean"], _tensors[node.Name + ".running_var"]),
        _ => new NodeState(null, null),
    };

    private void Track(FlatTensor flat)
    {
        foreach (var slot in flat.Slots) _tensors.Add(slot.Name, flat.View(slot).DetachFromDisposeScope());
    }

    private void Track(ParameterGroup group)
    {
        Track(group.Values);
        foreach (var slot in group.Gradients.Slots)
        {
            var parameter = _tensors[slot.Name].requires_grad_();
            // A backward pass adds to a gradient that is already there, in place: into the flat tensor.
            using var gradient = group.Gradients.View(slot);
            parameter.grad = gradient;
        }
    }

    private static ParameterGroup Group(
        ParameterKind kind, IEnumerable<(string Name, int[] Shape, ParameterKind Kind)> parameters, Device device)
    {
        var values = FlatTensor.Zeros(parameters.Where(parameter => parameter.Kind == kind).Select(parameter => (parameter.Name, parameter.Shape)), device);
        return new ParameterGroup(kind, values, values.ZerosLike());
    }

    private static IEnumerable<(string Name, int[] Shape, ParameterKind Kind)> ParametersOf(Graph graph)
    {
        foreach (var node in graph.Nodes)
        {
            switch (node)
            {
                case ConvNode convolution:
                    yield return (node.Name + ".weight", KernelShape(convolution), ParameterKind.ConvolutionWeight);
                    if (convolution.Bias) yield return (node.Name + ".bias", [convolution.OutChannels], ParameterKind.Bias);
                    break;
                case BatchNormNode norm:
                    yield return (node.Name + ".weight", [norm.Channels], ParameterKind.BatchNormScale);
                    yield return (node.Name + ".bias", [norm.Channels], ParameterKind.Bias);
                    break;
            }
        }
    }

    private static IEnumerable<(string Name, int[] Shape)> StatisticsOf(Graph graph) =>
        graph.Nodes.OfType<BatchNormNode>().SelectMany<BatchNormNode, (string, int[])>(norm =>
        [(norm.Name + ".running_mean", [norm.Channels]), (norm.Name + ".running_var", [norm.Channels])]);

    private static int[] KernelShape(ConvNode node) => [node.OutChannels, node.InChannels / node.Groups, node.Kernel, node.Kernel];

    private static string BatchesTracked(BatchNormNode node) => node.Name + ".num_batches_tracked";
}
