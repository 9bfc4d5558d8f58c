using static TorchSharp.torch;

namespace Espalier.Training.Execution.Tapes;

/// <summary>A concatenation of channels: every operand has its part of the gradient, which is not copied.</summary>
internal sealed class ConcatRecord(IReadOnlyList<(int Input, long Channels)> operands) : IRecord
{
    /// <inheritdoc/>
    public void PlayBack(Tensor gradient, bool isOwned, TapeGradients gradients)
    {
        var first = 0L;
        foreach (var (input, channels) in operands)
        {
            gradients.Add(input, gradient.narrow(1, first, channels), isOwned: false);
            first += channels;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
