namespace Espalier.Core;

/// <summary>A file's length and time of writing: while they stay, so does what was read from it.</summary>
/// <param name="Length">Bytes; −1 where there is no such file.</param>
/// <param name="Written">Ticks, UTC; 0 where there is no such file.</param>
internal readonly record struct FileStamp(long Length, long Written)
{
    /// <summary>Of the file that is opened by a path: a symbolic link keeps its own stamp while what it leads to is written anew.</summary>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);

        // Of what is no link, which most files are, no more is asked than for its length.
        if (file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint) && File.Exists(path)
            && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
        {
            file = target;
        }

        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks) : new FileStamp(-1, 0);
    }
}
