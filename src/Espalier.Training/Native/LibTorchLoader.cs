using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Espalier.Vision;
using TorchSharp;

namespace Espalier.Training.Native;

/// <summary>
/// Makes TorchSharp find natives that load on this system. TorchSharp 0.107's Linux library asks for GLIBCXX_3.4.32 for a
/// symbol that it never calls, so the system's loader refuses it wherever GCC's library is older than 13 (Debian 12,
/// Ubuntu 22.04, RHEL 9). There, and only there, a copy in the user's cache, with that one entry marked as dispensable, is
/// loaded in its place.
/// </summary>
/// <remarks>
/// The runtime asks <see cref="AssemblyLoadContext.ResolvingUnmanagedDll"/> only after its own search has failed; so where
/// the original loads, nothing here runs. Once the copy is in the process, the system's loader knows it by its own name
/// (DT_SONAME), and every later request finds it.
/// </remarks>
public static class LibTorchLoader
{
    private const string DispensableVersion = "GLIBCXX_3.4.32";
    private const string TorchSharpLibrary = "LibTorchSharp";

    private static readonly Lock Gate = new();
    private static bool _prepared;
    private static bool _loaded;
    private static nint _copy;

    /// <summary>The file that was loaded in place of TorchSharp's own native library, or null where that itself is in use.</summary>
    public static string? PatchedFile { get; private set; }

    /// <summary>
    /// Sets all up for the natives, which load later, with the first tensor; costs microseconds. Runs by itself when an
    /// application first touches a type of this assembly; an application that uses TorchSharp before that calls it first.
    /// Calling it again does nothing.
    /// </summary>
    public static void Prepare()
    {
        lock (Gate)
        {
            if (_prepared) return;
            _prepared = true;
        }

        var assembly = typeof(torch).Assembly;
        if (OperatingSystem.IsLinux() && AssemblyLoadContext.GetLoadContext(assembly) is { } context)
            context.ResolvingUnmanagedDll += Resolve;
    }

    /// <summary>Loads libtorch now, so that a failure is one sentence here and not a trace in the middle of the work.</summary>
    /// <exception cref="EspalierException">It is not there, or the system's loader refuses it: which file, and why.</exception>
    public static void Load()
    {
        Prepare();
        lock (Gate)
        {
            if (_loaded) return;
        }

        var assembly = typeof(torch).Assembly;
        foreach (var library in (ReadOnlySpan<string>)["torch_cpu", TorchSharpLibrary])
        {
            if (!NativeLibrary.TryLoad(library, assembly, null, out _)) throw LoadingProblem.Explain();
        }

        lock (Gate) _loaded = true;
    }

#pragma warning disable CA2255 // A library that must act before another library's first call has no other place.
    [ModuleInitializer]
    internal static void PrepareWithTheAssembly() => Prepare();
#pragma warning restore CA2255

    private static nint Resolve(Assembly assembly, string name)
    {
        if (name != TorchSharpLibrary || assembly != typeof(torch).Assembly) return 0;
        lock (Gate)
        {
            if (_copy == 0) _copy = LoadCopy();
            return _copy;
        }
    }

    /// <summary>The handle of the changed copy; 0 where the system does not lack the version, so that something else is wrong.</summary>
    private static nint LoadCopy()
    {
        if (NativeSearch.Find(NativeSearch.TorchSharpFile) is not { } original || !LacksVersion()) return 0;

        // The copy lies apart from its siblings: they must be in the process before it asks for them by name.
        foreach (var file in NativeSearch.LibTorchFiles)
        {
            if (NativeSearch.Find(file) is { } path) NativeLibrary.Load(path);
        }

        var content = ElfPatch.MakeWeak(File.ReadAllBytes(original), original, StandardLibrary.FileName, DispensableVersion);
        (var handle, PatchedFile) = LibraryCopy.Load(content, NativeSearch.TorchSharpFile, CacheFolder.Path);
        return handle;
    }

    private static bool LacksVersion() => StandardLibrary.OfThisProcess() is { } library && !library.Versions.Contains(DispensableVersion);
}
