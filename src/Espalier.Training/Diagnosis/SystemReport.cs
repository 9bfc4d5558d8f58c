using System.Diagnostics;
using System.Runtime.InteropServices;
using Espalier.Core;
using Espalier.Training.Native;
using static TorchSharp.torch;

namespace Espalier.Training.Diagnosis;

/// <summary>What <c>espalier doctor</c> says: what this machine has for Espalier and what to do about what is missing.</summary>
/// <param name="Findings">One each, in the order to be read.</param>
internal sealed record SystemReport(IReadOnlyList<Finding> Findings)
{
    private static readonly TimeSpan SdkPatience = TimeSpan.FromSeconds(10);

    /// <summary>Whether something will fail.</summary>
    public bool HasProblem => Findings.Any(finding => finding.Status == FindingStatus.Problem);

    /// <summary>Looks around. Writes nothing but one empty file in each folder, which it removes.</summary>
    /// <param name="workingFolder">The folder that runs would be written to.</param>
    public static SystemReport Gather(string workingFolder)
    {
        var refusal = LoadLibTorch();
        var (model, flags) = ProcessorInformation();
        var (total, available) = MemoryInformation();
        var processors = AvailableProcessors.Current;
        List<Finding> findings =
        [
            new("system", FindingStatus.Good,
                $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}"),
            Diagnosis.Findings.Sdk(SdkVersion(), Environment.Version.ToString()),
            Diagnosis.Findings.LibTorch(refusal is null ? __version__ : null, refusal),
            Diagnosis.Findings.Processor(model, flags, RuntimeInformation.OSArchitecture == Architecture.X64),
            Diagnosis.Findings.Kernels(ProcessorFeatures.Current),
            Diagnosis.Findings.AutomaticPrecision(ProcessorFeatures.Current),
            Diagnosis.Findings.Int8(ProcessorFeatures.Current),
            Diagnosis.Findings.Threads(processors, refusal is null ? Devices.SetThreads(0) : processors.Threads),
        ];
        if (refusal is null)
        {
            var hasGpu = cuda.is_available();
            findings.Add(Diagnosis.Findings.Gpu(hasGpu, hasGpu ? cuda.device_count() : 0, File.Exists("/proc/driver/nvidia/version")));
        }

        findings.Add(Diagnosis.Findings.Memory(total, available));
        findings.Add(FolderFinding("working folder", workingFolder));
        findings.Add(FolderFinding("temporary folder", Path.GetTempPath()));
        return new SystemReport(findings);
    }

    /// <summary>The processor's name, as the system gives it.</summary>
    public static string Processor() => ProcessorInformation().Model;

    /// <summary>Why libtorch does not work; null where it does.</summary>
    private static string? LoadLibTorch()
    {
        try
        {
            LibTorchLoader.Load();
            using var sum = ones(3).sum();
            return sum.item<float>() == 3 ? null : "libtorch was loaded but adds wrongly: 1 + 1 + 1 is not 3";
        }
        catch (EspalierException exception)
        {
            return exception.Message;
        }
    }

    private static string? SdkVersion()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet",
                "--version")
            { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() });
            if (process is null || !process.WaitForExit(SdkPatience)) return null;
            var version = process.StandardOutput.ReadToEnd().Trim();
            return process.ExitCode == 0 && version.Length > 0 ? version : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static (string Model, IReadOnlySet<string> Flags) ProcessorInformation()
    {
        const string Source = "/proc/cpuinfo";
        var lines = File.Exists(Source) ? File.ReadAllLines(Source) : [];
        var model = Value(lines, "model name") ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
        var flags = Value(lines, "flags") ?? Value(lines, "Features") ?? string.Empty;
        return (model, flags.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal));
    }

    private static string? Value(string[] lines, string key) =>
        Array.Find(lines, line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2) is [_, var value] ? value.Trim() : null;

    /// <summary>Bytes in all and free, within the limits of a container where there are any.</summary>
    private static (long Total, long Available) MemoryInformation()
    {
        var total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        const string Source = "/proc/meminfo";
        if (!File.Exists(Source)) return (total, Math.Max(0, total - GC.GetGCMemoryInfo().MemoryLoadBytes));
        var available = Value(File.ReadAllLines(Source), "MemAvailable")?.Split(' ')[0];
        return (total, Math.Min(total, long.TryParse(available, System.Globalization.CultureInfo.InvariantCulture, out var kibibytes)
            ? kibibytes << 10 : total));
    }

    private static Finding FolderFinding(string subject, string folder)
    {
        var path = Path.GetFullPath(folder);
        string? refusal = null;
        long free = 0;
        try
        {
            var probe = Path.Combine(path, $".espalier-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            free = new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            refusal = exception.Message;
        }

        return Diagnosis.Findings.Folder(subject, path, refusal, free);
    }
}
