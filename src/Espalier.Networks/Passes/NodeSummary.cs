namespace Espalier.Networks;

/// <summary>What one node costs.</summary>
/// <param name="Node">The node.</param>
/// <param name="Output">Its output's shape, a picture.</param>
/// <param name="Parameters">Its trainable parameters.</param>
/// <param name="MultiplyAdds">Its multiply-adds, a picture.</param>
public sealed record NodeSummary(Node Node, TensorShape Output, long Parameters, long MultiplyAdds);
