using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Espalier.Core;

/// <summary>What the processor can do that decides how fast a network is computed here, and in which numbers.</summary>
/// <param name="VectorBits">Width of the vectors that Espalier's own kernels use: 512, 256, 128, or 0 where all is scalar.</param>
/// <param name="HasBFloat16">Whether it multiplies bfloat16 itself (avx512_bf16, amx_bf16) and libtorch's kernels may use that.</param>
/// <param name="HasInt8DotProducts">Whether it adds four products of bytes in one instruction (VNNI; ARM's dot product).</param>
internal sealed record ProcessorFeatures(int VectorBits, bool HasBFloat16, bool HasInt8DotProducts)
{
    /// <summary>
    /// Limits of oneDNN, which computes libtorch's convolutions, that leave no bfloat16 to it: values of <c>ONEDNN_MAX_CPU_ISA</c>, in
    /// its documentation on dispatching.
    /// </summary>
    private static readonly string[] LimitsWithoutBFloat16 =
        ["SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI"];

    private static readonly Lazy<ProcessorFeatures> Own = new(() => Read(Environment.GetEnvironmentVariable));

    /// <summary>This machine's processor, as .NET may use it and the environment limits it.</summary>
    public static ProcessorFeatures Current => Own.Value;

    /// <summary>Whether <c>ONEDNN_MAX_CPU_ISA</c>, or <c>DNNL_MAX_CPU_ISA</c> where that is not set, takes bfloat16 from oneDNN.</summary>
    /// <param name="environment">A variable's value by its name; null where it is not set.</param>
    internal static bool IsLimited(Func<string, string?> environment) =>
        LimitsWithoutBFloat16.Contains(
            environment("ONEDNN_MAX_CPU_ISA") ?? environment("DNNL_MAX_CPU_ISA"), StringComparer.OrdinalIgnoreCase);

    internal static ProcessorFeatures Read(Func<string, string?> environment)
    {
        var bits = Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128 : 0;
        // On ARM libtorch's package has no kernels for bfloat16 that are known to win.
        if (!X86Base.IsSupported) return new ProcessorFeatures(bits, false, System.Runtime.Intrinsics.Arm.Dp.IsSupported);

        // CPUID tells of the processor alone; whether the system saves the registers as well, .NET has looked up for AVX-512 and AVX2.
        const int Features = 7;
        if (X86Base.CpuId(0, 0).Eax < Features) return new ProcessorFeatures(bits, false, false);
        var (subleaves, _, ecx, edx) = X86Base.CpuId(Features, 0);
        var more = subleaves >= 1 ? X86Base.CpuId(Features, 1).Eax : 0;
        var (hasVnni512, hasVnni256, hasBFloat16, hasTiles) = (Bit(ecx, 11), Bit(more, 4), Bit(more, 5), Bit(edx, 22));
        return new ProcessorFeatures(
            bits,
            Avx512F.IsSupported && (hasBFloat16 || hasTiles) && !IsLimited(environment),
            (Avx512F.IsSupported && hasVnni512) || (Avx2.IsSupported && hasVnni256));
    }

    private static bool Bit(int register, int bit) => ((register >> bit) & 1) == 1;
}
