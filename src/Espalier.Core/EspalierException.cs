namespace Espalier.Core;

/// <summary>
/// Something the user gave (a file, a table, an option) cannot be used. The message is one sentence for that user:
/// what, where, and the allowed range. The command prints it as it is and exits with code 1.
/// </summary>
public class EspalierException : Exception
{
    /// <inheritdoc cref="EspalierException"/>
    public EspalierException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="EspalierException"/>
    public EspalierException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
