using System.Runtime.InteropServices;

namespace Espalier.Training.Native;

/// <summary>
/// What the libraries under training read from the process once, when they are loaded: set here, where the user has not set it and whoever
/// owns the process wants it (<see cref="LibTorchLoader.TunesProcess"/>). Each was chosen by measurement; see the documentation on
/// training.
/// </summary>
internal static class NativeTuning
{
    private const string LibC = "libc.so.6";

    // Parameters of glibc's mallopt (malloc.h).
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MostMappings = -4;

    private const int KeptBytes = int.MaxValue;
    private const int GrowthBytes = 64 << 20;

    private static readonly (string Name, string Value)[] Variables =
    [
        // Threads that wait for work sleep instead of spinning: the loader's threads and other programs need the cores.
        ("OMP_WAIT_POLICY", "passive"),
    ];

    /// <summary>Sets what is not set yet. Only before libtorch is loaded; on Linux alone, where it was measured.</summary>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(LibC, typeof(NativeTuning).Assembly, null, out var library)) return;
        SetVariables(library);
        KeepMemory(library);
    }

    /// <summary>Gives back what no longer is in use: between training and drawing,
    /// so that the memory of the one is not added to that of the other.</summary>
    public static unsafe void GiveBack()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(LibC, typeof(NativeTuning).Assembly, null, out var library)) return;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (NativeLibrary.TryGetExport(library, "malloc_trim", out var address)) _ = ((delegate* unmanaged<nuint, int>)address)(0);
    }

    private static unsafe void SetVariables(nint library)
    {
        // The runtime's own variables are a copy that native libraries do not see.
        if (!NativeLibrary.TryGetExport(library, "setenv", out var address)) return;
        var set = (delegate* unmanaged<byte*, byte*, int, int>)address;
        foreach (var (name, value) in Variables)
        {
            var (nameAt, valueAt) = (Marshal.StringToCoTaskMemUTF8(name), Marshal.StringToCoTaskMemUTF8(value));
            _ = set((byte*)nameAt, (byte*)valueAt, 0);
            Marshal.FreeCoTaskMem(nameAt);
            Marshal.FreeCoTaskMem(valueAt);
        }
    }

    /// <summary>Large tensors come back at every step: memory that was given back to the system would be faulted in,
    /// page by page, every time.</summary>
    private static unsafe void KeepMemory(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "mallopt", out var address)) return;
        var set = (delegate* unmanaged<int, int, int>)address;
        if (Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is null) _ = set(TrimThreshold, KeptBytes);
        if (Environment.GetEnvironmentVariable("MALLOC_TOP_PAD_") is null) _ = set(TopPad, GrowthBytes);
        if (Environment.GetEnvironmentVariable("MALLOC_MMAP_MAX_") is null) _ = set(MostMappings, 0);
    }
}
