using System.Runtime.InteropServices;

namespace Espalier.Core;

/// <summary>Flushes a folder's entries to the disk, which .NET has no call for.</summary>
internal static partial class FolderFlush
{
    /// <summary>Makes renames inside the folder durable, where the system and the file system can; otherwise does nothing.</summary>
    public static void TryFlush(string folder)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals renames itself.
        const int ReadOnly = 0;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) return;
        _ = Synchronize(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
