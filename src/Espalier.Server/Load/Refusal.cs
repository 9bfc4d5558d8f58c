namespace Espalier.Server.Load;

/// <summary>A request that cannot be answered; the message is one sentence for whoever sent it, and names nothing of this machine.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">The sentence.</param>
internal sealed class Refusal(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
