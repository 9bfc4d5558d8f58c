using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// Attention between all cells (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762). It reads queries, keys and values one behind the
/// other along the channels, (3c, h, w), and gives (c, h, w): in each head every cell gets the mean of all cells' values, weighted by the
/// softmax of its query's products with their keys over the square root of a head's width. All of its channels, and all it reads, stay.
/// </summary>
/// <param name="Name">Unique in its graph.</param>
/// <param name="Row">The row of the table.</param>
/// <param name="Inputs">One: queries, keys and values.</param>
/// <param name="Channels">Channels of the output, head after head.</param>
/// <param name="Heads">How many heads share them evenly.</param>
internal sealed record AttentionNode(string Name, int Row, ImmutableArray<int> Inputs, int Channels, int Heads)
    : WeightlessNode(Name, Row, Inputs)
{
    /// <summary>Channels of a head.</summary>
    public int HeadWidth => Channels / Heads;

    internal override ChannelFlow Flow => ChannelFlow.Whole;

    internal override int OwnChannels => Channels;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers =>
        [("channels", Channels, 1, GraphLimits.Channels / 3), ("heads", Heads, 1, GraphLimits.Channels)];

    internal static AttentionNode Read(JsonMembers json)
        => new(json.Name, json.Row, json.Inputs, json.Whole("channels"), json.Whole("heads"));

    internal override void CheckRest()
    {
        if (Channels % Heads != 0) throw new GraphException($"{Heads} heads do not divide its {Channels} channels evenly.");
    }

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs) => inputs[0].Channels == 3 * Channels
        ? inputs[0] with { Channels = Channels }
        : throw new GraphException($"it takes queries, keys and values of {Channels} channels each and is given {inputs[0].Channels}.");

    // Queries with keys, weights with values.
    internal override long MultiplyAdds(TensorShape output) => 2 * output.Count * output.Height * output.Width;
}
