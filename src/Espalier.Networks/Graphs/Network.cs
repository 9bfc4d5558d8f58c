namespace Espalier.Networks;

/// <summary>A graph and the weights that fit it: what a pass that changes both gives.</summary>
/// <param name="Graph">The network.</param>
/// <param name="Weights">An array for every item of the graph's state.</param>
public sealed record Network(Graph Graph, Weights Weights);
