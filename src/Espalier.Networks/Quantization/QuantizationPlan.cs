using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// How a network becomes int8: the range of every tensor, and the convolutions that stay in float. Names are those of the network that is
/// emitted (<see cref="OnnxEmission.Prepare"/>): batch norms folded, Focus merged.
/// </summary>
public sealed record QuantizationPlan
{
    /// <summary>The range of every node's output that is rounded to bytes, by the node's name.</summary>
    public required ImmutableSortedDictionary<string, TensorRange> Ranges { get; init; }

    /// <summary>Convolutions whose weights stay float32.</summary>
    public ImmutableSortedSet<string> KeptFloat { get; init; } = [];

    /// <summary>
    /// The mean of every channel of a tensor, by its node's name; convolutions that read one of these have what rounding their weights adds
    /// on average taken off their biases. None where biases are not corrected.
    /// </summary>
    public ImmutableSortedDictionary<string, ImmutableArray<float>> ChannelMeans { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<float>>.Empty;

    /// <summary>Bits of a weight, 7 or 8, its sign among them.</summary>
    /// <value>
    /// Default 7: processors without VNNI add two products of a byte and a weight in 16 bits, which weights of 8 bits overflow.
    /// </value>
    public int WeightBits { get; init; } = 7;
}
