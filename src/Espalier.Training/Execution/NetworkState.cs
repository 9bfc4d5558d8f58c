using System.Collections.Immutable;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Execution.Tapes;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>
/// A network's parameters and buffers by state-dict names, over a few flat tensors: one a kind of trainable parameter, one for
/// frozen parameters, one for the running statistics.
/// </summary>
internal sealed class NetworkState : IDisposable
{
    private readonly Graph _graph;
    private readonly ImmutableArray<StateItem> _items;
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
        _items = graph.State();
        var parameters = _items.Where(item => item.IsParameter).ToLookup(parameter => isFrozen(parameter.Name));
        Groups = [.. Enum.GetValues<ParameterKind>().Select(kind => Group(kind, parameters[false], device))];
        _frozen = FlatTensor.Zeros(parameters[true], device);
        Statistics = FlatTensor.Zeros(_items.Where(item => item.Kind is StateKind.RunningMean or StateKind.RunningVariance), device);
        foreach (var group in Groups) Track(group);
        Track(_frozen);
        Track(Statistics);
        foreach (var item in _items.Where(item => item.Kind == StateKind.BatchesTracked)) _batchesTracked[item.Name] = 0;
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
        foreach (var item in _items)
        {
            // Files of other programs may not say how many batches their statistics have seen.
            if (item.Kind != StateKind.BatchesTracked || weights.Contains(item.Name))
                StateCheck.Require(weights, item.Name, item.Shape.AsSpan());
        }

        var known = _items.Select(item => item.Name).ToHashSet();
        var unknown = weights.Names.FirstOrDefault(name => !known.Contains(name));
        if (unknown is not null) throw new EspalierException($"The weights hold {unknown}, which the network does not have.");
        foreach (var flat in FlatTensors) flat.CopyFrom(weights);
        foreach (var name in _batchesTracked.Keys) _batchesTracked[name] = (long)(weights.Find(name)?.Values[0] ?? 0);
    }

    /// <summary>Reads everything, in state-dict order. The anchors are the graph's.</summary>
    public Weights ToWeights()
    {
        var arrays = new Weights();
        foreach (var flat in FlatTensors) flat.CopyTo(arrays);
        foreach (var (name, count) in _batchesTracked) arrays[name] = new WeightArray([], [count]);
        var ordered = new Weights();
        foreach (var item in _items)
            ordered[item.Name] = item.Kind == StateKind.Anchors ? GraphState.Anchors(_graph.Detect) : arrays[item.Name];
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

    private NodeState StateOf(Node node) => node switch
    {
        ConvNode or ConvTransposeNode => new NodeState(_tensors[node.Name + ".weight"], _tensors.GetValueOrDefault(node.Name + ".bias")),
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

    private static ParameterGroup Group(ParameterKind kind, IEnumerable<StateItem> parameters, Device device)
    {
        var values = FlatTensor.Zeros(parameters.Where(parameter => KindOf(parameter) == kind), device);
        return new ParameterGroup(kind, values, values.ZerosLike());
    }

    private static ParameterKind KindOf(StateItem parameter) => parameter.Kind switch
    {
        StateKind.ConvolutionWeight => ParameterKind.ConvolutionWeight,
        StateKind.BatchNormWeight => ParameterKind.BatchNormScale,
        _ => ParameterKind.Bias,
    };
}
