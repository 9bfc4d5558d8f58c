using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Espalier.Core;

/// <summary>What Windows says about the processors of the process.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsProcessors
{
    private const int RelationProcessorCore = 0;
    private const int MostEntries = 1024;

    /// <summary>How many cores the process may run on, of the processor group that it is in; null where Windows does not say.</summary>
    public static int? Cores()
    {
        var entries = new Entry[MostEntries];
        var bytes = (uint)(MostEntries * Marshal.SizeOf<Entry>());
        if (!GetLogicalProcessorInformation(entries, ref bytes)) return null;
        using var process = Process.GetCurrentProcess();
        var allowed = (nuint)process.ProcessorAffinity;
        return entries.Take((int)bytes / Marshal.SizeOf<Entry>())
            .Count(entry => entry.Relationship == RelationProcessorCore && (entry.Processors & allowed) != 0);
    }

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetLogicalProcessorInformation([Out] Entry[] entries, ref uint bytes);

    /// <summary>SYSTEM_LOGICAL_PROCESSOR_INFORMATION; two 64-bit words stand for its union.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Entry
    {
        public readonly nuint Processors;
        public readonly int Relationship;
        public readonly ulong First;
        public readonly ulong Second;
    }
}
