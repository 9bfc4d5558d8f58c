using System.Collections.Immutable;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution.Tapes;
using Espalier.Training.Profiling;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>
/// Training's forward and backward pass on a CPU: records a walk over the graph and plays it backwards, node by node. libtorch computes and
/// differentiates convolutions and what is rare; batch normalization with its activation is one kernel of our own; sums and concatenations
/// copy nothing on the way back. Does what <see cref="ExecutableNetwork.ForwardHeads"/> and libtorch's backward pass do, several times
/// lighter on memory.
/// </summary>
/// <remarks>One thread at a time. The network must be in <see cref="ExecutionMode.Training"/> and on a CPU.</remarks>
internal sealed class NetworkTape : IDisposable
{
    private readonly ExecutableNetwork _network;
    private readonly int _threads = get_num_threads();
    private readonly ImmutableArray<ExecutionStep> _plan;
    private readonly ActivationNode?[] _activationOf;
    private readonly Dictionary<string, Tensor> _gradients = [];
    private readonly IRecord?[] _records;
    private readonly int[] _detectInputs;
    private readonly Timeline? _timeline;
    private readonly IProcessGroup _synchronized;
    private Tensor[] _heads = [];

    /// <summary>A tape for a network.</summary>
    /// <param name="network">Its tensors are used as they are at each pass.</param>
    /// <param name="precision">In what activations are computed; not <see cref="Precision.Auto"/>.</param>
    /// <param name="timeline">Where every node is measured; nowhere if null.</param>
    /// <param name="synchronized">The processes over whose pictures together batch statistics are taken; this one alone if null.</param>
    public NetworkTape(ExecutableNetwork network, Precision precision = Precision.FP32, Timeline? timeline = null,
        IProcessGroup? synchronized = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (precision == Precision.Auto) throw new ArgumentException("a tape needs to know its precision", nameof(precision));
        (_network, Precision, _timeline, _synchronized) = (network, precision, timeline, synchronized ?? SingleProcess.Instance);
        _plan = ExecutionPlan.For(network.Graph, []);
        _records = new IRecord?[network.Graph.Nodes.Length];
        _detectInputs = [.. network.Graph.Detect.Inputs];
        _activationOf = FusedActivations(network.Graph);
        foreach (var group in network.ParameterGroups)
        {
            foreach (var slot in group.Gradients.Slots) _gradients.Add(slot.Name, group.Gradients.View(slot).DetachFromDisposeScope());
        }
    }

    /// <summary>In what activations are computed: pictures are best brought in it.</summary>
    public Precision Precision { get; }

    /// <summary>Records a forward pass with the batch's own statistics, which the running ones follow.</summary>
    /// <param name="images">As for <see cref="ExecutableNetwork.ForwardHeads(Tensor)"/>.</param>
    /// <returns>
    /// A level each: (batch, anchors, rows, columns, 5 + classes), float32, a leaf: let the loss's backward pass fill its gradient, then
    /// call <see cref="PlayBack"/>. They belong to the tape until then.
    /// </returns>
    public IReadOnlyList<Tensor> Record(Tensor images)
    {
        _network.Check(images);
        Forget();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var outputs = new Tensor?[_records.Length];
        foreach (var step in _plan)
        {
            using var measured = _timeline.Measure(step.Node.Name, "forward");
            if (outputs[step.Position] is null) outputs[step.Position] = Compute(step, images, outputs);
            if (_activationOf[step.Position] is not null) outputs[step.Position + 1] = outputs[step.Position]!.alias();
            foreach (var position in step.Releases) outputs[position]!.Dispose();
        }

        _network.CountBatch();
        _heads = [.. _detectInputs.Select((position, level) => _network.Head(outputs[position]!.to(float32), level).detach()
            .requires_grad_().DetachFromDisposeScope())];
        return _heads;
    }

    /// <summary>Adds the gradients of all parameters to those
    /// of <see cref="ExecutableNetwork.ParameterGroups"/> and forgets the pass.</summary>
    /// <param name="parametersDone">Told of each node with parameters whose gradients are complete,
    /// from the last to the first; its position in the graph.</param>
    public void PlayBack(Action<int>? parametersDone = null)
    {
        using var guard = no_grad();
        using var gradients = new TapeGradients(_records.Length);
        for (var level = 0; level < _heads.Length; level++)
            gradients.Add(_detectInputs[level], GradientOf(_heads[level], level), isOwned: true);
        for (var position = _records.Length - 1; position >= 0; position--)
        {
            if (_records[position] is not { } record) continue;
            using var measured = _timeline.Measure(_network.Graph.Nodes[position].Name, "backward");
            using var scope = NewDisposeScope();
            var output = _activationOf[position] is null ? position : position + 1;
            using var gradient = gradients.Take(output, out var isOwned);
            if (gradient is not null) record.PlayBack(gradient, isOwned, gradients);
            record.Dispose();
            _records[position] = null;
            if (_network.Graph.Nodes[position] is ConvNode or ConvTransposeNode or BatchNormNode) parametersDone?.Invoke(position);
        }

        Forget();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        foreach (var gradient in _gradients.Values) gradient.Dispose();
    }

    /// <summary>The activation that is computed together with the batch norm before it, at the batch norm's position.</summary>
    private static ActivationNode?[] FusedActivations(Graph graph)
    {
        var readers = graph.Nodes.SelectMany(node => node.Inputs).CountBy(input => input).ToDictionary();
        var fused = new ActivationNode?[graph.Nodes.Length];
        for (var position = 0; position < graph.Nodes.Length - 1; position++)
        {
            if (graph.Nodes[position] is BatchNormNode && graph.Nodes[position + 1] is ActivationNode next && next.Inputs[0] == position
                && readers[position] == 1)
            {
                fused[position] = next;
            }
        }

        return fused;
    }

    private Tensor Compute(ExecutionStep step, Tensor images, Tensor?[] outputs)
    {
        switch (step.Node)
        {
            case InputNode:
                return ExecutableNetwork.ChannelsLast(Precision == Precision.BF16 ? images.to(bfloat16) : images);
            case ConvNode or ConvTransposeNode:
                return Convolve(step, outputs);
            case BatchNormNode node:
                var activation = _activationOf[step.Position]?.Activation ?? ActivationKind.Identity;
                var parameters = new NormRecord.ParameterGradients(GradientOf($"{node.Name}.weight"), GradientOf($"{node.Name}.bias"));
                _records[step.Position] = NormRecord.Record(node.Inputs[0], outputs[node.Inputs[0]]!, node, activation,
                    _network.StateOf(step.Position), parameters, _threads, _synchronized, out var normalized);
                return normalized;
            case AddNode node:
                _records[step.Position] = new SumRecord(node.Inputs);
                return NodeOperations.Compute(step, _network.StateOf(step.Position), outputs, true);
            case ConcatNode node:
                _records[step.Position] = new ConcatRecord([.. node.Inputs.Select(input => (input, outputs[input]!.shape[1]))]);
                return NodeOperations.Compute(step, _network.StateOf(step.Position), outputs, true);
            default:
                return Differentiate(step, outputs);
        }
    }

    private Tensor Convolve(ExecutionStep step, Tensor?[] outputs)
    {
        var (node, state) = (step.Node, _network.StateOf(step.Position));
        var weight = Leaf(state.Weight!, out var trainsWeight);
        var (bias, trainsBias) = (default(Tensor), false);
        if (state.Bias is not null) bias = Leaf(state.Bias, out trainsBias);
        var input = node.Inputs[0];
        int[] wanted = _records[input] is null && !HasRecordBelow(input) ? [] : [input];
        var trained = new List<(Tensor Leaf, Tensor Gradient)>();
        if (trainsWeight) trained.Add((weight, _gradients[$"{node.Name}.weight"]));
        if (trainsBias) trained.Add((bias!, _gradients[$"{node.Name}.bias"]));
        _records[step.Position] = AutogradRecord.Record(
            wanted, [.. wanted.Select(position => outputs[position]!)], [.. trained.Select(pair => pair.Leaf)],
            [.. trained.Select(pair => pair.Gradient)],
            leaves => NodeOperations.Convolve(node, new NodeState(weight, bias), leaves.Length > 0 ? leaves[0] : outputs[input]!),
            out var output);
        if (!trainsWeight) weight.Dispose();
        if (!trainsBias) bias?.Dispose();
        return output;
    }

    /// <summary>A fused activation's record stands at the batch norm before it.</summary>
    private bool HasRecordBelow(int position) => position > 0 && _activationOf[position - 1] is not null;

    private Tensor Differentiate(ExecutionStep step, Tensor?[] outputs)
    {
        var alone = step with { Overwrites = -1 };
        int[] inputs = [.. step.Node.Inputs.Distinct().Where(input => _records[input] is not null || HasRecordBelow(input))];
        if (inputs.Length == 0) return NodeOperations.Compute(alone, _network.StateOf(step.Position), outputs, true);
        _records[step.Position] = AutogradRecord.Record(inputs, [.. inputs.Select(input => outputs[input]!)], [], [], leaves =>
        {
            var operands = (Tensor?[])outputs.Clone();
            for (var index = 0; index < inputs.Length; index++) operands[inputs[index]] = leaves[index];
            return NodeOperations.Compute(alone, _network.StateOf(step.Position), operands, true);
        }, out var output);
        return output;
    }

    /// <summary>A parameter as a leaf of its own, in the precision of what it meets.</summary>
    private Tensor Leaf(Tensor parameter, out bool isTrained)
    {
        isTrained = parameter.requires_grad;
        using var detached = parameter.detach();
        var leaf = Precision == Precision.BF16 ? detached.to(bfloat16) : detached.alias();
        return leaf.requires_grad_(isTrained).DetachFromDisposeScope();
    }

    private Tensor? GradientOf(string parameter) => _gradients.GetValueOrDefault(parameter);

    /// <summary>A head's gradient as the gradient of its convolution's output.</summary>
    private Tensor GradientOf(Tensor head, int level)
    {
        using var scope = NewDisposeScope();
        var shape = head.shape;
        var gradient = head.grad ?? zeros_like(head);
        // (batch, rows, columns, anchors, values) is how channels-last outputs lie in memory.
        var rows = gradient.permute(0, 2, 3, 1, 4).reshape(shape[0], shape[2], shape[3], shape[1] * shape[4]).permute(0, 3, 1, 2);
        return (Precision == Precision.BF16 ? rows.to(bfloat16) : rows.alias()).MoveToOuterDisposeScope();
    }

    private void Forget()
    {
        foreach (var head in _heads) head.Dispose();
        _heads = [];
        for (var position = 0; position < _records.Length; position++)
        {
            _records[position]?.Dispose();
            _records[position] = null;
        }
    }
}
