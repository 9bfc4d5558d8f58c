using Espalier.Core;
using Espalier.Training.Diagnosis;

namespace Espalier.Tests.Diagnosis;

public class FindingsTests
{
    private const long Gibibyte = 1L << 30;

    [Theory]
    [InlineData(8, nameof(FindingStatus.Good))]
    [InlineData(3, nameof(FindingStatus.Warning))]
    [InlineData(1, nameof(FindingStatus.Problem))]
    public void Little_free_memory_is_a_note_and_too_little_a_problem(int gibibytes, string expected)
    {
        var finding = Findings.Memory(16 * Gibibyte, gibibytes * Gibibyte);
        Assert.Equal(expected, finding.Status.ToString());
        Assert.Equal(expected != nameof(FindingStatus.Good), finding.Advice is not null);
        Assert.Contains($"{gibibytes}.0 GiB free of 16.0 GiB", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_processor_without_AVX2_is_a_note_and_one_whose_flags_are_unknown_is_not()
    {
        Assert.Equal(FindingStatus.Warning, Findings.Processor("Old", new HashSet<string> { "sse2" }, isIntel64: true).Status);
        Assert.Equal(FindingStatus.Good, Findings.Processor("Unknown", new HashSet<string>(), isIntel64: true).Status);
        Assert.Equal(FindingStatus.Good, Findings.Processor("Arm", new HashSet<string> { "asimd" }, isIntel64: false).Status);
        Assert.Equal("New: AVX2, AVX-512 VNNI", Findings.Processor("New", new HashSet<string> { "avx512_vnni", "avx2" }, isIntel64: true)
            .Found);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_a_problem_and_a_full_disk_a_note()
    {
        Assert.Equal(FindingStatus.Problem, Findings.Folder("f", "/f", "read-only", 100 * Gibibyte).Status);
        Assert.Equal(FindingStatus.Warning, Findings.Folder("f", "/f", null, Gibibyte / 2).Status);
        Assert.Equal(FindingStatus.Good, Findings.Folder("f", "/f", null, 100 * Gibibyte).Status);
    }

    [Fact]
    public void What_is_missing_comes_with_advice()
    {
        Assert.NotNull(Findings.Sdk(null, "10.0.0").Advice);
        Assert.NotNull(Findings.LibTorch(null, "It is not there.").Advice);
        Assert.Equal(FindingStatus.Problem, Findings.LibTorch(null, "It is not there.").Status);
        Assert.Contains("EspalierLibTorch=cuda", Findings.Gpu(available: false, 0, driverPresent: true).Advice, StringComparison.Ordinal);
        Assert.Null(Findings.Gpu(available: false, 0, driverPresent: false).Advice);
    }

    [Theory]
    [InlineData(512, "vectors of 512 bits")]
    [InlineData(256, "vectors of 256 bits")]
    [InlineData(128, "vectors of 128 bits")]
    public void The_kernels_vectors_are_told(int bits, string expected) =>
        Assert.Equal((FindingStatus.Good, expected),
            (Findings.Kernels(new(bits, false, false)).Status, Findings.Kernels(new(bits, false, false)).Found));

    [Fact]
    public void Kernels_without_vectors_are_a_note_with_what_switches_them_off()
    {
        var finding = Findings.Kernels(new(0, false, false));

        Assert.Equal((FindingStatus.Warning, "one number at a time"), (finding.Status, finding.Found));
        Assert.Contains("DOTNET_EnableHWIntrinsic", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Precision_and_int8_are_told_by_the_arithmetic_that_the_processor_has()
    {
        var (newer, old) = (new ProcessorFeatures(512, true, true), new ProcessorFeatures(256, false, false));

        Assert.Equal("auto tries bf16 against fp32, for at most 3 seconds", Findings.AutomaticPrecision(newer).Found);
        Assert.Equal("auto takes fp32: bf16 cannot win here without arithmetic for it", Findings.AutomaticPrecision(old).Found);
        Assert.StartsWith("four products of bytes in one instruction; expect 1.4 to 1.8", Findings.Int8(newer).Found,
            StringComparison.Ordinal);
        Assert.StartsWith("no VNNI; expect 1.3 to 1.8", Findings.Int8(old).Found, StringComparison.Ordinal);
        Assert.Contains("less than 1 × for a deeply pruned network", Findings.Int8(old).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Libtorch_loads_and_computes_here()
    {
        var report = SystemReport.Gather(Path.GetTempPath());
        Assert.Contains(report.Findings, finding => finding is { Subject: "libtorch", Status: FindingStatus.Good });
    }
}
