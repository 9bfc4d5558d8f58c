using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Espalier.Core;

/// <summary>What Unix can do with files and folders and .NET has no call for.</summary>
internal static partial class UnixFiles
{
    private const int ReadOnly = 0;
    private const uint AnyMode = 0x1FF; // 0777; the process's mask takes its part away.
    private const int AlreadyThere = 17;
    private const int WorkingFolder = -100; // AT_FDCWD: paths count from there, or from the root.
    private const uint Exchange = 2; // RENAME_EXCHANGE.

    /// <summary>Makes renames inside the folder durable, where the system and the file system can; otherwise does nothing.</summary>
    public static void TryFlush(string folder)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals renames itself.
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) return;
        _ = Synchronize(descriptor);
        _ = Close(descriptor);
    }

    /// <summary>Makes everything that was written to the file system of a folder lie on its disk, where the system can; otherwise does
    /// nothing.</summary>
    public static void TryFlushFileSystem(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) return;
        _ = SynchronizeFileSystem(descriptor);
        _ = Close(descriptor);
    }

    /// <summary>Exchanges the names of two files or folders of one file system in one step; false where that cannot be done.</summary>
    public static bool TryExchange(string one, string other)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return Rename(WorkingFolder, one, WorkingFolder, other, Exchange) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // A C library from before 2018.
        }
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

    [LibraryImport("libc", EntryPoint = "syncfs")]
    private static partial int SynchronizeFileSystem(int descriptor);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MakeFolder(string path, uint mode);
}
