using System.Collections.Immutable;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Loops;

/// <summary>
/// Adds up the gradients of all processes while the backward pass still goes on: kernels' gradients in buckets of neighbours, each sent off
/// as soon as its last kernel is done; biases and scales, which are few, at the end.
/// </summary>
internal sealed class GradientExchange : IDisposable
{
    /// <summary>Numbers in a bucket, at least: 1 MB.</summary>
    private const int BucketLength = 1 << 18;

    private readonly IProcessGroup _group;
    private readonly ImmutableArray<Bucket> _buckets;
    private readonly Dictionary<int, Bucket> _bucketOf = [];
    private readonly Tensor[] _rest;

    /// <summary>An exchange for a network.</summary>
    public GradientExchange(ExecutableNetwork network, IProcessGroup group)
    {
        _group = group;
        var kernels = network.ParameterGroups.Single(parameters => parameters.Kind == ParameterKind.ConvolutionWeight).Gradients;
        var positions = network.Graph.Nodes.Index().Where(node => node.Item is ConvNode or ConvTransposeNode)
            .ToDictionary(node => $"{node.Item.Name}.weight", node => node.Index);
        _rest = [.. network.ParameterGroups.Where(parameters => parameters.Kind != ParameterKind.ConvolutionWeight)
            .Select(parameters => parameters.Gradients.Values)];
        _buckets = [.. Split(kernels.Slots).Select(slots => new Bucket(Region(kernels, slots), slots.Count))];
        foreach (var (bucket, slots) in _buckets.Zip(Split(kernels.Slots)))
        {
            foreach (var slot in slots) _bucketOf.Add(positions[slot.Name], bucket);
        }
    }

    /// <summary>To be told of every node whose gradients are complete: <see cref="NetworkTape.PlayBack"/>.</summary>
    public void NodeDone(int position)
    {
        if (_bucketOf.TryGetValue(position, out var bucket) && --bucket.Missing == 0) _group.BeginSum(bucket.Values);
        _group.Progress();
    }

    /// <summary>Sends what is left and waits until every gradient is the sum over all processes.</summary>
    public void Finish()
    {
        foreach (var values in _rest) _group.BeginSum(values);
        _group.Finish();
        foreach (var bucket in _buckets) bucket.Missing = bucket.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var bucket in _buckets) bucket.Values.Dispose();
    }

    private static List<List<FlatSlot>> Split(ImmutableArray<FlatSlot> slots)
    {
        var buckets = new List<List<FlatSlot>>();
        foreach (var slot in slots)
        {
            if (buckets.Count == 0 || slot.Offset - buckets[^1][0].Offset >= BucketLength) buckets.Add([]);
            buckets[^1].Add(slot);
        }

        return buckets;
    }

    private static Tensor Region(FlatTensor flat, List<FlatSlot> slots)
    {
        var end = slots[^1].Offset + slots[^1].Count;
        return flat.Values.narrow(0, slots[0].Offset, end - slots[0].Offset).DetachFromDisposeScope();
    }

    private sealed class Bucket(Tensor values, int count)
    {
        public Tensor Values { get; } = values;

        public int Count { get; } = count;

        public int Missing { get; set; } = count;
    }
}
