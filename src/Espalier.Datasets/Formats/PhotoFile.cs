using System.Runtime.InteropServices;
using Espalier.Core;

namespace Espalier.Datasets.Formats;

/// <summary>Puts a photo into an output folder.</summary>
internal static partial class PhotoFile
{
    /// <summary>Copies or links a photo; the target is not there yet.</summary>
    public static void Place(string source, string target, PhotoPlacement placement)
    {
        // A second name of a symbolic link would lead elsewhere from its new folder.
        if (placement == PhotoPlacement.HardLink && TryLink(RealPath.Of(source), target)) return;
        File.Copy(source, target);

        // A copy of a read-only photo would make a folder that its owner cannot clear away on some systems.
        if (OperatingSystem.IsWindows()) File.SetAttributes(target, FileAttributes.Normal);
    }

    private static bool TryLink(string source, string target) =>
        OperatingSystem.IsWindows() ? CreateHardLink(target, source, 0) : Link(source, target) == 0;

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string created, string existing, nint securityAttributes);
}
