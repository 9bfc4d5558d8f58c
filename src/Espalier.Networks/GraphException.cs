using Espalier.Core;

namespace Espalier.Networks;

/// <summary>A YAML table or a stored graph does not describe a network.
/// The message is one sentence that names the row or node and the reason.</summary>
public sealed class GraphException : EspalierException
{
    /// <inheritdoc cref="GraphException"/>
    public GraphException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="GraphException"/>
    public GraphException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
