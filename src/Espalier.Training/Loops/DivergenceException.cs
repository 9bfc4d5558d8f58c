using Espalier.Core;

namespace Espalier.Training.Loops;

/// <summary>A run cannot go on: its loss or its gradients are no longer numbers.</summary>
/// <param name="message">Where, and what to do.</param>
public sealed class DivergenceException(string message) : EspalierException(message);
