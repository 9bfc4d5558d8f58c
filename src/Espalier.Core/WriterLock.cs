using System.Globalization;

namespace Espalier.Core;

/// <summary>
/// Says that this process alone writes something that has one name: a folder that is filled, a run, a file that is fetched. It is a file
/// beside it, locked while it is held, that names its process. The system frees the lock of a process that ends in whatever way; the
/// file that such a process leaves is taken over by the next.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    /// <summary>Stands in the names of locks, and of whatever else a killed process may leave beside or in an output.</summary>
    public const string Mark = ".espalier-";

    // EWOULDBLOCK and ERROR_SHARING_VIOLATION: by the time that one asks for the file, its holder may have given it back.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;

    private WriterLock(FileStream file, bool tookOver) => (_file, TookOver) = (file, tookOver);

    /// <summary>Whether the process that held it before did not come to its end.</summary>
    public bool TookOver { get; }

    /// <summary>Takes the lock of something that is to be written.</summary>
    /// <param name="target">What is written.</param>
    /// <param name="path">The lock's own file, whose folder is there.</param>
    /// <exception cref="EspalierException">Somebody else holds it, or the file cannot be made.</exception>
    public static WriterLock Take(string target, string path)
    {
        if (TryTake(target, path) is { } taken) return taken;
        var holder = Content(path).Split(' ')[0];
        throw new EspalierException($"'{target}' is being written by another process{(holder.Length > 0 ? $" ({holder})" : "")}: wait "
            + $"for it, or choose another place.");
    }

    /// <summary>Takes the lock where nobody holds it.</summary>
    /// <inheritdoc cref="Take" path="/param"/>
    /// <returns>Null where somebody else holds it.</returns>
    /// <exception cref="EspalierException">The file cannot be made.</exception>
    public static WriterLock? TryTake(string target, string path)
    {
        try
        {
            while (true)
            {
                var tookOver = File.Exists(path);
                var file = Open(path);
                var mark = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {Guid.NewGuid():N}");
                file.SetLength(0);
                file.Write(System.Text.Encoding.ASCII.GetBytes(mark));
                file.Flush();

                // Between our opening of it and our lock on it its holder may have removed it: then another file may bear the name now.
                if (Content(path) == mark) return new WriterLock(file, tookOver);
                file.Dispose();
            }
        }
        catch (IOException exception) when (HeldByAnother.Contains(exception.HResult) || File.Exists(path))
        {
            return null;
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"'{target}' cannot be written: {FileProblem.Reason(exception)}.", exception);
        }
    }

    /// <summary>Gives it back; the file goes.</summary>
    public void Dispose() => _file.Dispose();

    // A file that nobody else may open for writing. On Unix that is a lock that keeps .NET's readers out too: Content goes past it.
    private static FileStream Open(string path) => new(path, FileMode.OpenOrCreate, FileAccess.Write,
        OperatingSystem.IsWindows() ? FileShare.Read | FileShare.Delete : FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);

    private static string Content(string path)
    {
        try
        {
            using var file = OperatingSystem.IsWindows()
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
                : new FileStream(UnixFiles.OpenUnlocked(path), FileAccess.Read);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            return "";
        }
    }
}
