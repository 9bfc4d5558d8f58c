using Espalier.Core;

namespace Espalier.Vision;

/// <summary>A picture cannot be used: not a picture, damaged, cut off, or larger than allowed.
/// The only exception that picture readers throw for bad bytes.</summary>
public sealed class PictureException : EspalierException
{
    /// <inheritdoc cref="PictureException"/>
    public PictureException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="PictureException"/>
    public PictureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether it has more bytes or pixels than allowed, which a web service answers with 413; with 400 otherwise.</summary>
    public bool ExceedsLimits { get; init; }
}
