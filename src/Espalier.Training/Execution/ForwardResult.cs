using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>Raw heads, and the outputs of nodes that were asked for.</summary>
/// <param name="Heads">A level each: (batch, anchors, rows, columns, 5 + classes).</param>
/// <param name="Outputs">Outputs by the node's position in the graph: (batch, channels, rows, columns).</param>
internal sealed record ForwardResult(Tensor[] Heads, IReadOnlyDictionary<int, Tensor> Outputs);
