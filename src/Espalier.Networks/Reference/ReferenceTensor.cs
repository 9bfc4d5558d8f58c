namespace Espalier.Networks;

/// <summary>One picture's tensor as <see cref="ReferenceExecutor"/> computes it.</summary>
/// <param name="Shape">Channels, rows, columns.</param>
/// <param name="Values">Row-major.</param>
internal sealed record ReferenceTensor(TensorShape Shape, float[] Values);
