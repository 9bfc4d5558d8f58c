using TorchSharp;

namespace Espalier.Training.Distribution;

/// <summary>A group of one: nothing to exchange.</summary>
internal sealed class SingleProcess : IProcessGroup
{
    /// <summary>The only one.</summary>
    public static SingleProcess Instance { get; } = new();

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Size => 1;

    /// <inheritdoc/>
    public void Sum(Span<double> values)
    {
    }

    /// <inheritdoc/>
    public void BeginSum(torch.Tensor values)
    {
    }

    /// <inheritdoc/>
    public void Progress()
    {
    }

    /// <inheritdoc/>
    public void Finish()
    {
    }

    /// <inheritdoc/>
    public byte[] Broadcast(byte[] message) => message;

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Gather(byte[] message) => [message];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
