using System.Runtime.InteropServices;
using Espalier.Core;

namespace Espalier.Training.Native;

/// <summary>Finds out why libtorch does not load: what is missing, as <c>ldd</c> would tell.</summary>
internal static class LoadingProblem
{
    /// <summary>The reason, found by loading file after file in the order of their needs.</summary>
    public static EspalierException Explain()
    {
        if (!Environment.Is64BitProcess) return new EspalierException("libtorch cannot be loaded: it needs a 64-bit process.");
        if (NativeSearch.Find(NativeSearch.LibTorchFile) is null) return Absent(NativeSearch.LibTorchFile);
        if (NativeSearch.Find(NativeSearch.TorchSharpFile) is null) return Absent(NativeSearch.TorchSharpFile);
        foreach (var file in NativeSearch.LibTorchFiles.Append(NativeSearch.TorchSharpFile))
        {
            if (NativeSearch.Find(file) is not { } path) continue;
            try
            {
                NativeLibrary.Load(path);
            }
            catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
            {
                return new EspalierException($"libtorch cannot be loaded: the system refuses '{path}': {Reason(exception.Message, path)}",
                    exception);
            }
        }

        return new EspalierException($"libtorch cannot be loaded, though every file of it loads alone: "
            + $"'{NativeSearch.Find(NativeSearch.TorchSharpFile)}' was refused at first.");
    }

    /// <summary>
    /// The sentence of the system's loader within the runtime's message, which has a general hint before it and, on Unix,
    /// repeats the path.
    /// </summary>
    internal static string Reason(string message, string path)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var told = lines.LastOrDefault(line => line.StartsWith(path + ":", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(line => line.Contains(": ", StringComparison.Ordinal)) ?? message;
        if (told.StartsWith(path + ":", StringComparison.Ordinal)) told = told[(path.Length + 1)..];
        return told.Trim().TrimEnd('.') + ".";
    }

    private static EspalierException Absent(string file)
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        system += $"-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        var advice = system is "linux-x64" or "win-x64" or "win-arm64" or "osx-arm64"
            ? $"add the package libtorch-cpu-{system} of version {TorchSharp.torch.__version__} to the application"
            : $"libtorch is published for linux-x64, win-x64, win-arm64 and osx-arm64, and this is {system}";
        return new EspalierException($"libtorch is not there: no '{file}' in "
            + $"{string.Join(", ", NativeSearch.Folders.Select(folder => $"'{folder}'"))}; {advice}.");
    }
}
