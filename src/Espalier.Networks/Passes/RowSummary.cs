using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>What one row of the table costs.</summary>
/// <param name="Row">The row's number.</param>
/// <param name="From">The rows it takes; −1 is the image.</param>
/// <param name="Module">The module's name in the table, or empty where the graph does not know it.</param>
/// <param name="Nodes">How many primitive nodes it has.</param>
/// <param name="Output">Its output's shape, a picture.</param>
/// <param name="Parameters">Its trainable parameters.</param>
/// <param name="MultiplyAdds">Its multiply-adds, a picture.</param>
public sealed record RowSummary(
    int Row, ImmutableArray<int> From, string Module, int Nodes, TensorShape Output, long Parameters, long MultiplyAdds);
