using System.Runtime.InteropServices;
using Espalier.Core;
using TorchSharp;

namespace Espalier.Training.Native;

/// <summary>Loads libtorch and TorchSharp's native library.</summary>
/// <remarks>
/// Nothing has to be called for TorchSharp to work: its first tensor loads both. TorchSharp 0.107's Linux library asks for
/// GLIBCXX_3.4.32 for a symbol that it never calls, so the system's loader refuses it wherever GCC's C++ library is older than
/// 13 (Debian 12, Ubuntu 22.04, RHEL 9). The build puts a copy into the output that asks for it weakly, under a name that the
/// runtime tries second: <see cref="CopyFile"/>.
/// </remarks>
internal static class LibTorchLoader
{
    /// <summary>The copy's name. The runtime tries <c>libLibTorchSharp.so</c> in every folder before it.</summary>
    internal const string CopyFile = "LibTorchSharp.so";

    /// <summary>
    /// Whether the process's allocator and OpenMP's waiting are set to what training is fastest with when libtorch is loaded, where the
    /// user has not set them; to be said before the first tensor. It concerns all of the process, so that a library leaves it alone: the
    /// command says yes, an application may.
    /// </summary>
    /// <value>Default false.</value>
    public static bool TunesProcess { get; set; }

    /// <summary>Gives the folder of libtorch's natives where none come along with the program; null, or where it gives null, their absence
    /// is a failure. Fetching a hundred megabytes is not for a library to decide: the command does it.</summary>
    /// <value>Default null.</value>
    public static Func<string?>? WhereAbsent { get; set; }

    private static readonly Lazy<bool> Loaded = new(LoadOnce, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Loads the natives now, so that a failure is one sentence here and not a trace in the middle of the work.</summary>
    /// <exception cref="EspalierException">A file is not there, or the system's loader refuses it: which, and why.</exception>
    public static void Load() => _ = Loaded.Value;

    private static bool LoadOnce()
    {
        if (TunesProcess) NativeTuning.Apply();

        if (NativeSearch.Find(NativeSearch.LibTorchFile) is null && WhereAbsent?.Invoke() is { } folder) LoadFrom(folder);

        // TorchSharp does the same, but answers a failure by copying all natives of the package folder beside itself.
        foreach (var library in (ReadOnlySpan<string>)["torch_cpu", "LibTorchSharp"])
        {
            if (!NativeLibrary.TryLoad(library, typeof(torch).Assembly, null, out _)) throw LoadingProblem.Explain();
        }

        return true;
    }

    // What is loaded by its path is found by its name from then on, also by what needs it.
    private static void LoadFrom(string folder)
    {
        foreach (var path in NativeSearch.LibTorchFiles.Select(file => Path.Combine(folder, file)).Where(File.Exists))
        {
            if (!NativeLibrary.TryLoad(path, out _))
                throw new EspalierException($"libtorch cannot be loaded: the system refuses '{path}'.");
        }
    }
}
