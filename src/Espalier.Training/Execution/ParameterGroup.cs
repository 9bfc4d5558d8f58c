namespace Espalier.Training.Execution;

/// <summary>All trainable parameters of one kind: their values and, in the same slots, their gradients.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Values">The parameters; the network's tensors are views of it.</param>
/// <param name="Gradients">What backward passes have added up since the last <see cref="ExecutableNetwork.ZeroGradients"/>.</param>
internal sealed record ParameterGroup(ParameterKind Kind, FlatTensor Values, FlatTensor Gradients) : IDisposable
{
    /// <summary>How many arrays it holds.</summary>
    public int Count => Values.Slots.Length;

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        Gradients.Dispose();
    }
}
