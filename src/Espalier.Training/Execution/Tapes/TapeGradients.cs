using static TorchSharp.torch;

namespace Espalier.Training.Execution.Tapes;

/// <summary>The gradients of outputs on the way back, by position. A gradient that several nodes share,
/// or that is part of another, is never written to.</summary>
internal sealed class TapeGradients(int count) : IDisposable
{
    private readonly (Tensor? Gradient, bool IsOwned)[] _slots = new (Tensor?, bool)[count];

    /// <summary>Adds to the gradient of an output.</summary>
    /// <param name="position">Which output.</param>
    /// <param name="gradient">Taken over; disposed here in the end.</param>
    /// <param name="isOwned">Whether nobody else reads its memory.</param>
    public void Add(int position, Tensor gradient, bool isOwned)
    {
        gradient = gradient.DetachFromDisposeScope();
        var (held, holdsOwn) = _slots[position];
        if (held is null)
        {
            _slots[position] = (gradient, isOwned);
        }
        else if (holdsOwn)
        {
            held.Accumulate(gradient);
            gradient.Dispose();
        }
        else
        {
            var sum = isOwned ? gradient.Accumulate(held) : held.Plus(gradient).DetachFromDisposeScope();
            held.Dispose();
            if (!isOwned) gradient.Dispose();
            _slots[position] = (isOwned ? gradient : sum, true);
        }
    }

    /// <summary>Hands over the whole gradient of an output; null where nothing reached it.</summary>
    /// <param name="position">Which output.</param>
    /// <param name="isOwned">Whether nobody else reads its memory.</param>
    public Tensor? Take(int position, out bool isOwned)
    {
        (var gradient, isOwned) = _slots[position];
        _slots[position] = default;
        return gradient;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var position = 0; position < _slots.Length; position++) Take(position, out _)?.Dispose();
    }
}
