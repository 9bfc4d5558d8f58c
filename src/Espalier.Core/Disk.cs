namespace Espalier.Core;

/// <summary>
/// What writing asks of the disk, a call a step. Tests put another in its place that fails, or loses its power, at any step.
/// </summary>
internal class Disk
{
    private static readonly Disk Real = new();
    private static readonly AsyncLocal<Disk?> Substitute = new();

    /// <summary>The disk that is written to.</summary>
    public static Disk Current => Substitute.Value ?? Real;

    /// <summary>Puts another disk in the place of the real one, for what the caller does from here on; null puts it back.</summary>
    public static void Use(Disk? disk) => Substitute.Value = disk;

    /// <summary>A new file, which nobody else may open until it is closed.</summary>
    public virtual Stream Create(string path) => new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);

    /// <summary>Hands on what a stream of <see cref="Create"/> holds back; and if wanted waits until it lies on the disk.</summary>
    public virtual void Flush(Stream stream, bool toDisk) => ((FileStream)stream).Flush(toDisk);

    /// <summary>Gives a file another name, over one that may be there.</summary>
    public virtual void Move(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Gives a file another name, which is free: one that is there is not replaced.</summary>
    public virtual void MoveNew(string from, string to) => File.Move(from, to);

    /// <summary>Removes a file.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Makes what was renamed in a folder lie on the disk, where the system can.</summary>
    public virtual void FlushNames(string folder) => UnixFiles.TryFlush(folder);

    /// <summary>Makes everything within a folder lie on the disk, where the system can.</summary>
    public virtual void FlushAll(string folder) => UnixFiles.TryFlushFileSystem(folder);

    /// <summary>Gives a folder another name, which is free.</summary>
    public virtual void MoveFolder(string from, string to) => Directory.Move(from, to);

    /// <summary>Exchanges two folders' names in one step.</summary>
    /// <returns>False where the system cannot; nothing was done then.</returns>
    public virtual bool TryExchangeFolders(string one, string other) => UnixFiles.TryExchange(one, other);

    /// <summary>Removes a folder and what is in it.</summary>
    public virtual void DeleteFolder(string path) => Directory.Delete(path, recursive: true);
}
