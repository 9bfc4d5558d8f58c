using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>What a <see cref="GlobalPoolNode"/> makes of all cells of a channel.</summary>
internal enum GlobalPooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Two cells side by side, the mean and the largest: what both go through is one and the same convolution.</summary>
    Pair,

    /// <summary>The sum of such two cells.</summary>
    PairSum,
}

/// <summary>All cells of a channel as one: (c, h, w) → (c, 1, 1), or (c, 1, 2) for <see cref="GlobalPooling.Pair"/>.</summary>
internal sealed record GlobalPoolNode(string Name, int Row, ImmutableArray<int> Inputs, GlobalPooling Kind)
    : WeightlessNode(Name, Row, Inputs)
{
    internal override ChannelFlow Flow => ChannelFlow.Handed;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [];

    internal static GlobalPoolNode Read(JsonMembers json) => Enum.TryParse<GlobalPooling>(json.Word("kind"), out var kind)
        ? new(json.Name, json.Row, json.Inputs, kind)
        : throw new GraphException($"{json.Where}: the pooling must be one of {Words}, not '{json.Word("kind")}'.");

    internal override void CheckRest()
    {
        if (!Enum.IsDefined(Kind)) throw new GraphException($"its pooling must be one of {Words}.");
    }

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        if (Kind == GlobalPooling.PairSum && inputs[0] is not { Height: 1, Width: 2 })
            throw new GraphException($"it adds two cells side by side and is given a map of {inputs[0]}.");
        return inputs[0] with { Height = 1, Width = Kind == GlobalPooling.Pair ? 2 : 1 };
    }

    internal override void WriteRest(Utf8JsonWriter json) => json.WriteString("kind", Kind.ToString());

    private static string Words => string.Join(", ", Enum.GetNames<GlobalPooling>());
}
