using Espalier.Core;

namespace Espalier.Training.Execution.Kernels;

/// <summary>How many bits the kernels compute at once.</summary>
internal enum VectorWidth
{
    /// <summary>SSE or NEON: four float32; also where there are no vectors at all.</summary>
    Bits128 = 128,

    /// <summary>AVX2: eight.</summary>
    Bits256 = 256,

    /// <summary>AVX-512: sixteen.</summary>
    Bits512 = 512,
}

/// <summary>Which widths this processor has.</summary>
internal static class VectorWidths
{
    /// <summary>The widest that the runtime holds for fast here.</summary>
    public static VectorWidth Best { get; } = (VectorWidth)Math.Max(ProcessorFeatures.Current.VectorBits, (int)VectorWidth.Bits128);
}
