using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Espalier.Core;

/// <summary>What Unix can do with files and folders and .NET has no call for.</summary>
internal static partial class UnixFiles
{
    private const int ReadOnly = 0;
    private const uint AnyMode = 0x1FF; // 0777; the process's mask takes its part away.
    private const int AlreadyThere = 17;

    /// <summary>Makes renames inside the folder durable, where the system and the file system can; otherwise does nothing.</summary>
    public static void TryFlush(string folder)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals renames itself.
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) return;
        _ = Synchronize(descriptor);
        _ = Close(descriptor);
    }

    /// <summary>Opens a file for reading past the lock of whoever writes it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenUnlocked(string path)
    {
        var descriptor = Open(path, ReadOnly);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new IOException("it cannot be opened");
    }

    /// <summary>Makes a folder; true where this call made it, false where it was there or could not be made.</summary>
    /// <param name="path">The folder, whose parent is there.</param>
    /// <param name="isThere">Whether something of that name was there.</param>
    public static bool TryMakeFolder(string path, out bool isThere)
    {
        var made = MakeFolder(path, AnyMode) == 0;
        isThere = !made && Marshal.GetLastPInvokeError() == AlreadyThere;
        return made;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MakeFolder(string path, uint mode);
}
