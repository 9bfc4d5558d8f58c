using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>A node without arrays, which has no widths of its own either.</summary>
internal abstract record WeightlessNode(string Name, int Row, ImmutableArray<int> Inputs)
    : Node(Name, Row, Inputs)
{
    internal sealed override ImmutableArray<StateItem> State => [];

    internal sealed override Node Resized(int inputs, int outputs) => this;
}
