using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>One array of a network's state.</summary>
/// <param name="Name">The state-dict name, such as <c>model.0.conv.weight</c>.</param>
/// <param name="Shape">Lengths, outermost first; empty for a scalar.</param>
/// <param name="Kind">What it is.</param>
internal sealed record StateItem(string Name, ImmutableArray<int> Shape, StateKind Kind)
{
    /// <summary>Whether it is learned by gradients (a parameter), not merely kept (a buffer).</summary>
    public bool IsParameter => Kind <= StateKind.BatchNormBias;

    /// <summary>How many values it has.</summary>
    public long Count => Shape.Aggregate(1L, (count, length) => count * length);
}
