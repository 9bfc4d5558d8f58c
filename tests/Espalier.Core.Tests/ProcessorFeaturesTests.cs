using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Espalier.Core;

namespace Espalier.Tests.Processors;

public class ProcessorFeaturesTests
{
    private const string Flags = "/proc/cpuinfo";

    [Fact]
    public void Vectors_are_as_wide_as_dotnet_may_use_them() => Assert.Equal(
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0,
        ProcessorFeatures.Current.VectorBits);

    [Fact]
    public void Arithmetic_is_there_where_Linux_says_so_too()
    {
        Assert.SkipUnless(File.Exists(Flags) && X86Base.IsSupported, "needs Linux on x64, with .NET's intrinsics");
        var flags = File.ReadLines(Flags).First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ');
        var features = ProcessorFeatures.Read(_ => null);

        Assert.Equal(Avx512F.IsSupported && (flags.Contains("avx512_bf16") || flags.Contains("amx_bf16")), features.HasBFloat16);
        Assert.Equal(
            (Avx512F.IsSupported && flags.Contains("avx512_vnni")) || (Avx2.IsSupported && flags.Contains("avx_vnni")),
            features.HasInt8DotProducts
        );
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("AVX2", null, true)]
    [InlineData("avx512_core_vnni", null, true)]
    [InlineData(null, "AVX512_CORE", true)]
    [InlineData("DEFAULT", "AVX2", false)]
    [InlineData("AVX512_CORE_BF16", null, false)]
    [InlineData("AVX512_CORE_AMX", null, false)]
    [InlineData("", null, false)]
    public void OneDNN_may_be_limited_to_instructions_without_bfloat16(string? name, string? olderName, bool isLimited)
    {
        string? Variable(string variable) => variable switch { "ONEDNN_MAX_CPU_ISA" => name, "DNNL_MAX_CPU_ISA" => olderName, _ => null };

        Assert.Equal(isLimited, ProcessorFeatures.IsLimited(Variable));
        if (isLimited) Assert.False(ProcessorFeatures.Read(Variable).HasBFloat16);
    }
}
