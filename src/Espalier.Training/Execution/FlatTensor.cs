using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>
/// Many named arrays in one flat float32 tensor, so that an optimizer step, a gradient norm or a moving average is a handful of
/// vector operations instead of hundreds of small ones. Gaps between slots are zero and stay so.
/// </summary>
internal sealed class FlatTensor : IDisposable
{
    // Slots start on 64 bytes: what oneDNN's and ATen's kernels like best.
    private const int Alignment = 16;

    private FlatTensor(ImmutableArray<FlatSlot> slots, Tensor values)
    {
        Slots = slots;
        Values = values.DetachFromDisposeScope();
    }

    /// <summary>The arrays, in order.</summary>
    public ImmutableArray<FlatSlot> Slots { get; }

    /// <summary>All values, one dimension. Change it in place only: views of it are the network's parameters.</summary>
    public Tensor Values { get; }

    /// <summary>Lays arrays out one after another, all zero.</summary>
    public static FlatTensor Zeros(IEnumerable<StateItem> arrays, Device device)
    {
        var slots = ImmutableArray.CreateBuilder<FlatSlot>();
        var offset = 0;
        foreach (var array in arrays)
        {
            var count = checked((int)array.Count);
            slots.Add(new FlatSlot(array.Name, [.. array.Shape], offset, count));
            offset = checked(offset + (count + Alignment - 1) / Alignment * Alignment);
        }

        return new FlatTensor(slots.ToImmutable(), zeros(offset, float32, device));
    }

    /// <summary>The same slots, all zero, on the same device.</summary>
    public FlatTensor ZerosLike() => new(Slots, zeros_like(Values));

    /// <summary>One array as a view of <see cref="Values"/>, which the caller disposes; it needs no gradient.</summary>
    public Tensor View(FlatSlot slot) => Values.as_strided(slot.Sizes, slot.Strides, slot.Offset);

    /// <summary>Reads every array into <paramref name="weights"/> under its name, after <paramref name="prefix"/>.</summary>
    public void CopyTo(Weights weights, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var onCpu = Values.cpu();
        var flat = MemoryMarshal.Cast<byte, float>(onCpu.bytes);
        foreach (var slot in Slots) weights[prefix + slot.Name] = new WeightArray(slot.Shape, slot.Unpack(flat));
    }

    /// <summary>
    /// Overwrites every array from <paramref name="weights"/>, whose arrays stand under the names after <paramref name="prefix"/>.
    /// The shapes were checked before (<see cref="StateCheck"/>).
    /// </summary>
    public void CopyFrom(Weights weights, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(weights);
        var flat = new float[Values.NumberOfElements];
        foreach (var slot in Slots) slot.Pack(weights[prefix + slot.Name].Values, flat);
        using var guard = no_grad();
        using var source = tensor(flat, float32);
        Values.copy_(source);
    }

    /// <summary>Overwrites everything from another tensor of the same slots, on any device.</summary>
    public void CopyFrom(FlatTensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        using var guard = no_grad();
        Values.copy_(other.Values);
    }

    /// <inheritdoc/>
    public void Dispose() => Values.Dispose();
}
