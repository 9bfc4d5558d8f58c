using Microsoft.AspNetCore.Http;

namespace Espalier.Server.Load;

/// <summary>A request that cannot be answered; the message is one sentence for whoever sent it, and names nothing of this
/// machine.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">The sentence.</param>
internal sealed class Refusal(int status, FormattableString message) : Exception(FormattableString.Invariant(message))
{
    public int Status { get; } = status;

    /// <summary>400.</summary>
    public static Refusal Bad(FormattableString message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>403.</summary>
    public static Refusal Forbidden(FormattableString message) => new(StatusCodes.Status403Forbidden, message);

    /// <summary>404.</summary>
    public static Refusal NotFound(FormattableString message) => new(StatusCodes.Status404NotFound, message);

    /// <summary>413.</summary>
    public static Refusal TooLarge(FormattableString message) => new(StatusCodes.Status413PayloadTooLarge, message);

    /// <summary>415.</summary>
    public static Refusal WrongType(FormattableString message) => new(StatusCodes.Status415UnsupportedMediaType, message);
}
