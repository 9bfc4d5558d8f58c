using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Espalier.Vision;

namespace Espalier.Training.Native;

/// <summary>
/// Loads a changed copy of a library from the user's cache. The copy is named by the hash of what it must hold and compared
/// byte by byte before it is loaded, so a stale, torn or foreign file is replaced, never run.
/// </summary>
internal static class LibraryCopy
{
    /// <summary>Loads content as a library.</summary>
    /// <param name="content">What the file must hold.</param>
    /// <param name="file">Its file name.</param>
    /// <param name="cache">The cache folder; where it is null or no library can be loaded from it, a private temporary folder serves.</param>
    /// <returns>The library's handle, and the path that it was loaded from (which is gone again where it was temporary).</returns>
    /// <exception cref="EspalierException">No folder can take the file.</exception>
    /// <exception cref="DllNotFoundException">The system's loader refuses it, for the reason in the message.</exception>
    public static (nint Handle, string Path) Load(byte[] content, string file, string? cache)
    {
        if (cache is not null)
        {
            try
            {
                var path = Place(content, file, cache);
                return (NativeLibrary.Load(path), path);
            }
            catch (Exception exception) when (exception is EspalierException or IOException or UnauthorizedAccessException or DllNotFoundException)
            {
                // No right to write there, no space, or a file system mounted noexec: the temporary folder may do better.
            }
        }

        return LoadTemporarily(content, file);
    }

    /// <summary>Puts the file into the cache unless it is there already, and gives its path.</summary>
    internal static string Place(byte[] content, string file, string cache)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
        var path = Path.Combine(cache, "native", hash, file);
        if (!Holds(path, content)) AtomicFile.WriteAllBytes(path, content);
        return path;
    }

    private static bool Holds(string path, byte[] content)
    {
        var information = new FileInfo(path);
        return information.Exists && information.Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
    }

    private static (nint Handle, string Path) LoadTemporarily(byte[] content, string file)
    {
        // Only this user can enter the folder; a loaded library needs its file no longer.
        var folder = Directory.CreateTempSubdirectory("espalier-native-");
        try
        {
            var path = Path.Combine(folder.FullName, file);
            File.WriteAllBytes(path, content);
            return (NativeLibrary.Load(path), path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
