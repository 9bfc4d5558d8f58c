using Espalier.Core;
using static System.FormattableString;

namespace Espalier.Training.Diagnosis;

/// <summary>Judges what a machine has: plain values in, a sentence and advice out.</summary>
internal static class Findings
{
    private const double Gibibyte = 1L << 30;
    private const double LeastMemory = 2 * Gibibyte;
    private const double ComfortableMemory = 4 * Gibibyte;
    private const double LeastDisk = 1 * Gibibyte;

    /// <summary>Instruction sets that libtorch's kernels choose between, by the names of Linux's <c>/proc/cpuinfo</c>.</summary>
    private static readonly (string Flag, string Name)[] InstructionSets =
    [
        ("avx2", "AVX2"), ("fma", "FMA"), ("avx512f", "AVX-512"), ("avx512_vnni", "AVX-512 VNNI"), ("avx_vnni", "AVX-VNNI"),
        ("avx512_bf16", "AVX-512 BF16"), ("amx_bf16", "AMX BF16"), ("asimd", "NEON"),
    ];

    public static Finding Processor(string model, IReadOnlySet<string> flags, bool isIntel64)
    {
        var known = InstructionSets.Where(set => flags.Contains(set.Flag)).Select(set => set.Name).ToArray();
        var found = known.Length == 0 ? model : $"{model}: {string.Join(", ", known)}";
        return isIntel64 && flags.Count > 0 && !flags.Contains("avx2")
            ? new Finding("processor", FindingStatus.Warning, found,
                "Without AVX2 training is several times slower; use another machine for more than a trial.")
            : new Finding("processor", FindingStatus.Good, found);
    }

    /// <summary>The vectors that kernels over numbers and pixels are compiled to.</summary>
    public static Finding Kernels(ProcessorFeatures features) => features.VectorBits == 0
        ? new Finding("kernels", FindingStatus.Warning, "one number at a time",
            "Vectors are switched off for .NET: look for DOTNET_EnableHWIntrinsic in the environment.")
        : new Finding("kernels", FindingStatus.Good, Invariant($"vectors of {features.VectorBits} bits"));

    /// <summary>What <c>--precision auto</c> will do.</summary>
    public static Finding AutomaticPrecision(ProcessorFeatures features) => new("precision", FindingStatus.Good, features.HasBFloat16
        ? "auto tries bf16 against fp32, for at most 3 seconds" : "auto takes fp32: bf16 cannot win here without arithmetic for it");

    /// <summary>What an int8 file is worth here.</summary>
    public static Finding Int8(ProcessorFeatures features) => features.HasInt8DotProducts
        ? new Finding("int8", FindingStatus.Good,
            "four products of bytes in one instruction; expect 1.4 to 1.8 × the speed of the float file")
        : new Finding(
            "int8", FindingStatus.Good,
            "no VNNI; expect 1.3 to 1.8 × the speed of the float file for a whole yolov5n, and less than 1 × for a deeply pruned network");

    /// <summary>How many threads work where nobody says how many, and why.</summary>
    public static Finding Threads(AvailableProcessors processors, int libTorch)
    {
        var arithmetic = libTorch == processors.Threads
            ? Invariant($"{libTorch} for arithmetic")
            : Invariant($"{libTorch} for arithmetic in libtorch, {processors.Threads} in ONNX Runtime");
        return new Finding("threads", FindingStatus.Good, Invariant($"{arithmetic}, {processors.Count} for pictures: {processors}"));
    }

    public static Finding Memory(long total, long available) => new(
        "memory",
        available < LeastMemory ? FindingStatus.Problem : available < ComfortableMemory ? FindingStatus.Warning : FindingStatus.Good,
        Invariant($"{available / Gibibyte:0.0} GiB free of {total / Gibibyte:0.0} GiB"),
        available < ComfortableMemory ? "Training at 160 px in batches of 64 takes about 2 GiB: use a smaller --batch, or --cache none."
            : null);

    public static Finding Folder(string subject, string path, string? refusal, long freeBytes)
    {
        if (refusal is not null)
            return new Finding(subject, FindingStatus.Problem, $"{path} cannot be written: {refusal}",
                "Change its permissions, or work in another folder (--project).");
        var found = Invariant($"{path} can be written, {freeBytes / Gibibyte:0.0} GiB free");
        return freeBytes < LeastDisk
            ? new Finding(subject, FindingStatus.Warning, found, "A run's checkpoints may not fit: make room.")
            : new Finding(subject, FindingStatus.Good, found);
    }

    public static Finding Sdk(string? version, string runtime) => version is null
        ? new Finding(".NET", FindingStatus.Warning, $"runtime {runtime}, no SDK on the path",
            "Running needs no SDK; building does: install the .NET 10 SDK.")
        : new Finding(".NET", FindingStatus.Good, $"SDK {version}, runtime {runtime}");

    public static Finding Gpu(bool available, int count, bool driverPresent) => (available, driverPresent) switch
    {
        (true, _) => new Finding("GPU", FindingStatus.Good, Invariant($"{count} seen by libtorch")),
        (false, true) => new Finding("GPU", FindingStatus.Warning, "an NVIDIA driver is here, but libtorch was built for the CPU",
            "Build with -p:EspalierLibTorch=cuda to use it."),
        _ => new Finding("GPU", FindingStatus.Good, "none; everything runs on the CPU"),
    };

    public static Finding LibTorch(string? version, string? refusal) => refusal is null
        ? new Finding("libtorch", FindingStatus.Good, $"{version}, loaded and computing")
        : new Finding("libtorch", FindingStatus.Problem, refusal,
            "Training, validation and prediction need it; the other commands work without.");
}
