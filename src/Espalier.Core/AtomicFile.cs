using System.Text;

namespace Espalier.Core;

/// <summary>
/// Writes files whole or not at all: into a temporary file in the same folder, flushed to the disk, then renamed over the
/// target; on Unix the folder is flushed too, so that the rename itself survives a power cut. A reader sees the old file
/// or the new one, never a part, whenever the process is killed.
/// </summary>
public static class AtomicFile
{
    // A killed writer leaves its temporary file; the next writer in the same folder removes it once it is surely dead.
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromSeconds(10);

    /// <summary>Writes a file; missing folders are created.
    /// Threads and processes may write one target at a time: the last rename stands.</summary>
    /// <param name="path">The target, which is replaced if it exists; where it is a symbolic link, what that leads to.</param>
    /// <param name="write">Writes the content. The stream can seek; it is flushed and closed here.
    /// What it throws is passed on, and nothing is left behind.</param>
    /// <exception cref="EspalierException">The file cannot be written: the disk is full,
    /// the folder cannot be written to, a name is not usable.</exception>
    public static void Write(string path, Action<Stream> write) => WriteWhole(path, write, isDurable: true);

    /// <summary>Writes bytes as a file, whole or not at all.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteAllBytes(string path, byte[] bytes) => Write(path, stream => stream.Write(bytes));

    /// <summary>Writes text as UTF-8 without a byte order mark, whole or not at all.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteAllText(string path, string text) => WriteAllBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Writes text whole or not at all as far as other processes see it, without waiting for the disk: for what is written every second
    /// and a power cut may take.
    /// </summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteLightly(string path, string text) =>
        WriteWhole(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)), isDurable: false);

    private static void WriteWhole(string path, Action<Stream> write, bool isDurable)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            WriteBeside(Followed(Path.GetFullPath(path)), write, isDurable);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or ArgumentException { ParamName: "path" } or NotSupportedException)
        {
            throw new EspalierException($"Cannot write '{path}': {FileProblem.Reason(exception)}.", exception);
        }
    }

    /// <summary>The file itself where the path is a link: a rename would put the new file in the place of the link.</summary>
    private static string Followed(string path) => new FileInfo(path).LinkTarget is null ? path : RealPath.Of(path);

    // A rename over /dev/null, which root may do, takes it from the whole machine.
    private static bool IsAmongDevices(string path) => !OperatingSystem.IsWindows()
        && path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static void WriteBeside(string target, Action<Stream> write, bool isDurable)
    {
        if (IsAmongDevices(target)) throw new IOException("/dev holds devices, whose place no file may take");
        var folder = Path.GetDirectoryName(target) ?? throw new IOException("it is not the name of a file");
        Directory.CreateDirectory(folder);
        RemoveAbandoned(folder);

        // A fixed name would let two writers of one target share a temporary file.
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        var disk = Disk.Current;
        var renamed = false;
        try
        {
            // While it is written its handle, and on Unix its lock, says that it is not abandoned. It is closed before the rename:
            // a reader of the new file must not meet our lock.
            using (var stream = disk.Create(temporary))
            {
                write(stream);
                disk.Flush(stream, toDisk: isDurable);
            }

            disk.Move(temporary, target);
            renamed = true;
            if (isDurable) disk.FlushNames(folder);
        }
        finally
        {
            if (!renamed) TryDelete(temporary);
        }
    }

    private static void RemoveAbandoned(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.tmp"))
        {
            if (!IsTemporary(Path.GetFileName(file)) || DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < AbandonedAfter) continue;
            try
            {
                using var _ = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                continue; // Its writer is alive, or it is not ours to remove.
            }

            TryDelete(file);
        }
    }

    // NAME.GUID.tmp: what somebody else calls .tmp is none of ours.
    private static bool IsTemporary(string name) =>
        name.Split('.') is [_, .., { Length: 32 } mark, _] && Guid.TryParseExact(mark, "N", out _);

    private static void TryDelete(string file)
    {
        try
        {
            Disk.Current.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to report; the next writer removes the file.
        }
    }
}
