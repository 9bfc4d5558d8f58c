using System.Buffers.Binary;
using System.IO.Compression;
using Espalier.Core;
using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Archives;

/// <summary>
/// Unpacks <c>.tar.gz</c> archives of unknown origin: nothing outside the folder, no links or devices, within limits, and whole or not at
/// all. gzip's checksum and tar's are checked.
/// </summary>
internal static class ArchiveUnpacker
{
    private const long FreeOfRatio = 64L << 20;

    /// <summary>Unpacks an archive.</summary>
    /// <param name="archive">The <c>.tar.gz</c>.</param>
    /// <param name="output">The folder to make: not there yet, or empty. Where all of the archive lies in one folder,
    /// that folder's content goes here.</param>
    /// <param name="limits">What is accepted; <see cref="ArchiveLimits.Default"/> where null.</param>
    /// <param name="progress">Hears how far it is, in bytes of the archive.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="ArchiveException">The archive is damaged, hostile or beyond the limits; nothing is left behind.</exception>
    /// <exception cref="EspalierException">The folder cannot be used or written.</exception>
    public static UnpackReport Unpack(string archive, string output, ArchiveLimits? limits = null, IProgress<ByteProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
            throw new EspalierException($"The folder {output} is not empty; choose another.");
        using var file = OpenArchive(archive);
        using var folder = OutputFolder.Prepare(output, overwrite: false, []);
        var unpacking = new Unpacking(file, archive, folder.Path, limits ?? ArchiveLimits.Default, progress, cancellationToken);
        var report = unpacking.Run();
        OutputFolder.Guard(output, () => DropOuterFolder(folder.Path));
        folder.Finish();
        return report with { Folder = Path.GetFullPath(output) };
    }

    private static FileStream OpenArchive(string archive)
    {
        try
        {
            return new FileStream(archive, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new ArchiveException(File.Exists(archive) ? $"The archive {archive} cannot be opened: {exception.Message.TrimEnd('.')}."
                : $"There is no archive {archive}.", exception);
        }
    }

    // train.tar.gz holds one folder, train: unpacked to train it should not become train/train.
    private static void DropOuterFolder(string folder)
    {
        if (Directory.GetFileSystemEntries(folder) is not [var only] || !Directory.Exists(only)) return;
        var inner = folder + "-inner";
        if (Directory.Exists(inner)) Directory.Delete(inner, recursive: true);
        Directory.Move(only, inner);
        Directory.Delete(folder);
        Directory.Move(inner, folder);
    }

    private sealed class Unpacking(FileStream file, string archive, string target, ArchiveLimits limits, IProgress<ByteProgress>? progress,
        CancellationToken cancellationToken)
    {
        private readonly byte[] _buffer = new byte[1 << 16];
        private readonly HashSet<string> _written = new(StringComparer.OrdinalIgnoreCase);
        private long _total;
        private int _entries;
        private int _files;

        public UnpackReport Run()
        {
            using var gzip = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            var counted = new CountedStream(gzip);

            // Headers cost too: an archive of nothing else would run on without writing a byte.
            var reader = new TarReader(counted, archive, FreeOfRatio + limits.MaximumRatio * file.Length);
            try
            {
                while (reader.Next() is { } entry)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Check(reader, entry);
                    Write(reader, entry);
                }

                RequireTrailer(reader, counted.Count);
            }
            catch (InvalidDataException exception)
            {
                throw reader.Error("its compressed data are damaged", exception);
            }
            catch (UnauthorizedAccessException exception)
            {
                throw new EspalierException($"{target} cannot be written: {FileProblem.Reason(exception)}.", exception);
            }
            catch (IOException exception)
            {
                throw new EspalierException($"{archive} cannot be unpacked to {target}: {FileProblem.Reason(exception)}.", exception);
            }

            progress?.Report(new ByteProgress(file.Length, file.Length));
            return _files > 0 ? new UnpackReport(target, _files, _total) : throw reader.Error("there is no file in it");
        }

        /// <summary>The last four bytes of a gzip file state how long its content is;
        /// a reader of streams does not miss them where they are cut off.</summary>
        private void RequireTrailer(TarReader reader, long length)
        {
            Span<byte> stated = stackalloc byte[4];
            file.Seek(-stated.Length, SeekOrigin.End);
            file.ReadExactly(stated);
            if (BinaryPrimitives.ReadUInt32LittleEndian(stated) != (uint)length) throw reader.Error("its end is cut off or damaged");
        }

        private void Check(TarReader reader, TarEntry entry)
        {
            if (++_entries > limits.MaximumEntries) throw reader.Error($"it holds more than {limits.MaximumEntries} files and folders");
            if (entry.Size > limits.MaximumEntryBytes)
                throw reader.Error($"its entry {entry.Path} has {entry.Size} bytes, at most {limits.MaximumEntryBytes} are accepted");
            if (_total + entry.Size > limits.MaximumTotalBytes)
                throw reader.Error($"its files have more than {limits.MaximumTotalBytes} bytes together");

            // What an entry promises must be possible from what is left of the archive, before it is unpacked.
            if (_total + entry.Size > FreeOfRatio + limits.MaximumRatio * file.Length)
                throw reader.Error($"it unpacks to more than {limits.MaximumRatio} times its size");
        }

        private void Write(TarReader reader, TarEntry entry)
        {
            var parts = EntryPath.Parts(entry.Path, limits, out var reason);
            if (reason is not null) throw reader.Error($"its entry '{entry.Path}' {reason}");
            var path = Path.Combine([target, .. parts]);
            if (entry.IsFolder)
            {
                if (_written.Contains(path)) throw reader.Error($"'{entry.Path}' is a file and a folder in it");
                Directory.CreateDirectory(path);
                return;
            }

            if (parts.Length == 0 || !_written.Add(path) || Directory.Exists(path))
                throw reader.Error($"its entry '{entry.Path}' is there twice");
            for (var folder = Path.GetDirectoryName(path)!; folder.Length > target.Length; folder = Path.GetDirectoryName(folder)!)
            {
                if (_written.Contains(folder)) throw reader.Error($"'{entry.Path}' lies in what is a file in it");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Copy(reader, path);
            _files++;
        }

        private void Copy(TarReader reader, string path)
        {
            using var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (int read; (read = reader.Read(_buffer)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                output.Write(_buffer, 0, read);
                _total += read;
                progress?.Report(new ByteProgress(file.Position, file.Length));
            }
        }
    }
}
