using System.Runtime.Intrinsics.X86;

namespace Espalier.Networks;

/// <summary>The block in which processors compute channels: as many as a vector register holds. Widths in other multiples are computed no
/// sooner, and moved between layouts.</summary>
internal static class ChannelBlock
{
    /// <summary>The block of this machine's processor: 16 with AVX-512, else 8.</summary>
    public static int OfThisProcessor => Avx512F.IsSupported ? 16 : 8;

    /// <summary>
    /// What it pays to fill a file's widths up to (<see cref="OnnxOptions.ChannelBlock"/>) on this machine: with one picture a call the
    /// processor's block, for then moving tensors costs most; with several 1, for then computing zeros does.
    /// </summary>
    /// <param name="batch">Pictures a call; null where that is free.</param>
    public static int ForBatch(int? batch) => batch == 1 ? OfThisProcessor : 1;
}
