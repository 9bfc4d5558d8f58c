using System.Runtime.Intrinsics.X86;

namespace Espalier.Networks;

/// <summary>The block in which processors compute channels: as many as a vector register holds. Widths in other multiples are computed no sooner, and moved between layouts.</summary>
public static class ChannelBlock
{
    /// <summary>The block of this machine's processor: 16 with AVX-512, else 8.</summary>
    public static int OfThisProcessor => Avx512F.IsSupported ? 16 : 8;
}
