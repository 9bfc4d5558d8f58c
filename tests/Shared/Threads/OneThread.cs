using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Espalier.Tests;

/// <summary>
/// Networks are computed by one thread where a test says nothing else, in this process and its children: several test processes run side by
/// side, and threads that wait for each other without sleeping would hold all of them up.
/// </summary>
internal static class OneThread
{
    private const string Variable = "OMP_NUM_THREADS";

    [ModuleInitializer]
    internal static unsafe void Choose()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null) return;
        Environment.SetEnvironmentVariable(Variable, "1");

        // The runtime's own variables are a copy that native libraries do not see.
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var library)
            || !NativeLibrary.TryGetExport(library, "setenv", out var address))
        {
            return;
        }

        fixed (byte* name = "OMP_NUM_THREADS"u8, value = "1"u8) ((delegate* unmanaged<byte*, byte*, int, int>)address)(name, value, 0);
    }
}
