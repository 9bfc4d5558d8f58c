using Espalier.Core;

namespace Espalier.Pipelines.Pruning;

/// <summary>No cut reaches what was wanted.</summary>
internal sealed class UnreachableTargetException(string message) : EspalierException(message);
