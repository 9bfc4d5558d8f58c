using static TorchSharp.torch;

namespace Espalier.Training.Execution.Tapes;

/// <summary>A sum: every operand has the sum's gradient.</summary>
internal sealed class SumRecord(IReadOnlyList<int> inputs) : IRecord
{
    /// <inheritdoc/>
    public void PlayBack(Tensor gradient, bool isOwned, TapeGradients gradients)
    {
        foreach (var input in inputs) gradients.Add(input, gradient.alias(), isOwned: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
