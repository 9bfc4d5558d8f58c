using System.Collections.Immutable;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Execution.Tapes;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>
/// A graph and its weights as TorchSharp tensors that train: one walk over the nodes. Tensors are channels-last by their strides
/// (shapes stay NCHW), activations overwrite their input where nobody needs it any more, and every other output is disposed
/// after its last reader.
/// </summary>
/// <remarks>
/// Its parameters live in three flat tensors, one a <see cref="ParameterKind"/>, with gradients in three more
/// (<see cref="ParameterGroups"/>); <see cref="Tensors"/> are views of them by state-dict name. One thread at a time.
/// </remarks>
internal sealed class ExecutableNetwork : IDisposable
{
    private readonly NetworkState _state;
    private readonly Func<string, bool> _isFrozen;
    private readonly ImmutableArray<ExecutionStep> _plan;

    /// <summary>Puts a graph's weights on a device.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its state: exactly the arrays of <see cref="GraphState.State"/>; anchors are taken from the graph.</param>
    /// <param name="device">Where it computes; the CPU if null.</param>
    /// <param name="isFrozen">Whether the parameter of a name is not to be trained; nothing is frozen if null.</param>
    /// <exception cref="EspalierException">The weights are not those of the graph:
    /// a name is missing or unknown, or a shape differs.</exception>
    public ExecutableNetwork(Graph graph, Weights weights, Device? device = null, Func<string, bool>? isFrozen = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(weights);
        Graph = graph;
        Device = device ?? CPU;
        _isFrozen = isFrozen ?? (_ => false);
        _plan = ExecutionPlan.For(graph, []);
        _state = new NetworkState(graph, Device, _isFrozen);
        try
        {
            _state.Load(weights);
        }
        catch
        {
            _state.Dispose();
            throw;
        }
    }

    private ExecutableNetwork(ExecutableNetwork other, Device? device)
    {
        (Graph, Device, Mode) = (other.Graph, device ?? other.Device, other.Mode);
        (_plan, _isFrozen) = (other._plan, other._isFrozen);
        _state = new NetworkState(Graph, Device, _isFrozen);
        _state.CopyFrom(other._state);
    }

    /// <summary>The network as data.</summary>
    public Graph Graph { get; }

    /// <summary>Where the tensors live.</summary>
    public Device Device { get; }

    /// <summary>How the next forward pass treats batch normalization and gradients.</summary>
    /// <value>The default is <see cref="ExecutionMode.Training"/>.</value>
    public ExecutionMode Mode { get; set; }

    /// <summary>The trainable parameters and their gradients: biases, convolution weights, BN scales, in the order of
    /// <see cref="ParameterKind"/>.</summary>
    public ImmutableArray<ParameterGroup> ParameterGroups => _state.Groups;

    /// <summary>The running means and variances of batch normalization.</summary>
    public FlatTensor Statistics => _state.Statistics;

    /// <summary>Every parameter, frozen ones too, and every running statistic, by state-dict name. Change them in place only.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _state.Tensors;

    /// <summary>Everything that a state-dict holds of numbers, in a fixed order, for averages and comparisons.</summary>
    internal IEnumerable<FlatTensor> FlatTensors => _state.FlatTensors;

    /// <summary>Raw heads of a batch.</summary>
    /// <param name="images">(batch, channels, height, width), 0…1, float32;
    /// height and width multiples of <see cref="Graph.Stride"/>. Left unchanged.</param>
    /// <returns>A level each: (batch, anchors, rows, columns, 5 + classes), as the head's convolution gives them.</returns>
    public Tensor[] ForwardHeads(Tensor images) => Forward(images, _plan, []).Heads;

    /// <summary>Raw heads of a batch, and the outputs of some nodes.</summary>
    /// <param name="images">As for <see cref="ForwardHeads(Tensor)"/>.</param>
    /// <param name="watched">Positions of the nodes in <see cref="Graph.Nodes"/>.</param>
    public ForwardResult Forward(Tensor images, IReadOnlyCollection<int> watched)
    {
        ArgumentNullException.ThrowIfNull(watched);
        return Forward(images, ExecutionPlan.For(Graph, watched), watched);
    }

    /// <summary>Boxes from raw heads.</summary>
    /// <param name="heads">What <see cref="ForwardHeads(Tensor)"/> gave.</param>
    /// <returns>(batch, predictions, 5 + classes): centre x, y, width, height in pixels, objectness, class probabilities.</returns>
    public Tensor Decode(IReadOnlyList<Tensor> heads)
    {
        using var gradients = GradientsFor(Mode);
        using var scope = NewDisposeScope();
        return HeadDecoder.Decode(Graph.Detect, heads).MoveToOuterDisposeScope();
    }

    /// <summary>Boxes of a batch of pictures.</summary>
    /// <param name="images">As for <see cref="ForwardHeads(Tensor)"/>.</param>
    /// <returns>As from <see cref="Decode"/>.</returns>
    public Tensor Predict(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Decode(ForwardHeads(images)).MoveToOuterDisposeScope();
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ZeroGradients()
    {
        using var guard = no_grad();
        foreach (var group in ParameterGroups) group.Gradients.Values.zero_();
    }

    /// <summary>The state as plain arrays, in state-dict order.</summary>
    public Weights ToWeights() => _state.ToWeights();

    /// <summary>Overwrites the state; gradients stay.</summary>
    /// <exception cref="EspalierException">The weights are not those of the graph; nothing was changed.</exception>
    public void Load(Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _state.Load(weights);
    }

    /// <summary>A second network with the same state, on the same device or another.</summary>
    public ExecutableNetwork Copy(Device? device = null) => new(this, device);

    /// <summary>Takes over another's count of batches that the running statistics have seen.</summary>
    internal void CopyBatchesTrackedFrom(ExecutableNetwork other) => _state.CopyBatchesTrackedFrom(other._state);

    /// <summary>The tensors of the node at a position.</summary>
    internal NodeState StateOf(int position) => _state.Nodes[position];

    /// <summary>Counts one more batch that the running statistics have seen.</summary>
    internal void CountBatch() => _state.CountBatch();

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private static IDisposable GradientsFor(ExecutionMode mode) => set_grad_enabled(mode != ExecutionMode.Evaluation && is_grad_enabled());

    private ForwardResult Forward(Tensor images, ImmutableArray<ExecutionStep> plan, IReadOnlyCollection<int> watched)
    {
        Check(images);
        using var gradients = GradientsFor(Mode);
        using var scope = NewDisposeScope();
        var outputs = new Tensor?[Graph.Nodes.Length];
        foreach (var step in plan)
        {
            outputs[step.Position] = step.Node is InputNode
                ? ChannelsLast(images)
                : NodeOperations.Compute(step, _state.Nodes[step.Position], outputs, Mode == ExecutionMode.Training);
            foreach (var position in step.Releases) outputs[position]!.Dispose();
        }

        if (Mode == ExecutionMode.Training) _state.CountBatch();
        var heads = Graph.Detect.Inputs.Select((position, level) => Head(outputs[position]!, level)).ToArray();
        return new ForwardResult(heads, watched.Distinct()
            .ToDictionary(position => position, position => outputs[position]!.MoveToOuterDisposeScope()));
    }

    /// <summary>(batch, anchors · (5 + classes), rows, columns) → (batch, anchors, rows, columns, 5 + classes), without copying.</summary>
    internal Tensor Head(Tensor output, int level) => HeadDecoder.Split(Graph.Detect, output, level).MoveToOuterDisposeScope();

    /// <summary>The same picture with its channels innermost in memory; without copying where they already are.</summary>
    internal static Tensor ChannelsLast(Tensor images) => images.stride(1) == 1
        ? images.alias()
        : images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Refuses pictures that the network cannot take.</summary>
    internal void Check(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var channels = ((InputNode)Graph.Nodes[0]).Channels;
        var shape = images.shape;
        if (shape.Length != 4 || shape[1] != channels || shape[2] % Graph.Stride != 0 || shape[3] % Graph.Stride != 0)
        {
            throw new ArgumentException($"images are ({string.Join(", ", shape)}), not (batch, {channels}, height, width) with sides that "
                + $"are multiples of {Graph.Stride}", nameof(images));
        }
    }
}
