using Espalier.Core;

namespace Espalier.Tests;

/// <summary>How a <see cref="FaultyDisk"/> goes wrong.</summary>
public enum DiskFault
{
    /// <summary>There is no space; what is asked for afterwards works.</summary>
    Full,

    /// <summary>Half of what is written arrives, then there is no space.</summary>
    ShortWrite,

    /// <summary>The process ends: nothing happens any more, but everything so far has.</summary>
    Killed,

    /// <summary>The machine loses its power: what was written but not flushed is gone, names are as they were given.</summary>
    PowerLostNamesKept,

    /// <summary>The same, and names that were given but not flushed are gone, too.</summary>
    PowerLostNamesLost,
}

/// <summary>What ends the writing when a <see cref="FaultyDisk"/> stops; nobody in the product may catch it.</summary>
internal sealed class DiskStoppedException : Exception;

/// <summary>
/// A disk that goes wrong at the n-th thing that is asked of it. It keeps account of what was flushed, without waiting for a real one, and
/// takes the rest away where the fault is a loss of power: the worst that a file system may do.
/// </summary>
internal sealed class FaultyDisk : Disk
{
    private const int NoSpace = 28;

    private readonly DiskFault _fault;
    private readonly int _step;
    private readonly bool _exchanges;
    private readonly HashSet<string> _unsafeFiles = [];
    private readonly HashSet<string> _safeFolders;
    private readonly HashSet<string> _movedFolders = [];
    private readonly List<(string Folder, Action Undo)> _names = [];
    private int _asked;

    /// <param name="fault">What happens.</param>
    /// <param name="step">At which call, from 0.</param>
    /// <param name="root">What lies in here by now was flushed long ago.</param>
    /// <param name="exchanges">Whether folders can exchange their names.</param>
    public FaultyDisk(DiskFault fault, int step, string root, bool exchanges = true)
    {
        (_fault, _step, _exchanges) = (fault, step, exchanges);
        _safeFolders = [.. Directory.GetDirectories(root, "*", SearchOption.AllDirectories)];
    }

    /// <summary>Whether it has gone wrong by now.</summary>
    public bool WentWrong => _asked > _step;

    private bool Stops => _fault is DiskFault.Killed or DiskFault.PowerLostNamesKept or DiskFault.PowerLostNamesLost;

    public override Stream Create(string path)
    {
        Step();
        _unsafeFiles.Add(path);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 0);
        return new BufferedStream(new FaultyStream(this, file), 1 << 12);
    }

    public override void Flush(Stream stream, bool toDisk)
    {
        stream.Flush();
        Step();
        var file = ((FaultyStream)((BufferedStream)stream).UnderlyingStream).File;
        if (toDisk) _unsafeFiles.Remove(file.Name);
    }

    public override void Move(string from, string to)
    {
        Step();
        var old = File.Exists(to) ? File.ReadAllBytes(to) : null;
        base.Move(from, to);
        if (_unsafeFiles.Remove(from)) _unsafeFiles.Add(to);
        _names.Add((Path.GetDirectoryName(to)!, () =>
        {
            File.Move(to, from);
            if (old is not null) File.WriteAllBytes(to, old);
            if (_unsafeFiles.Remove(to)) _unsafeFiles.Add(from);
        }
        ));
    }

    public override void MoveNew(string from, string to)
    {
        Step();
        base.MoveNew(from, to);
    }

    public override void Delete(string path)
    {
        Step();
        base.Delete(path);
    }

    public override void FlushNames(string folder)
    {
        Step();
        _names.RemoveAll(name => name.Folder == folder);
    }

    public override void FlushAll(string folder)
    {
        Step();
        _safeFolders.Add(folder);
    }

    public override void MoveFolder(string from, string to)
    {
        Step();
        base.MoveFolder(from, to);
        Renamed(from, to);
        _names.Add((Path.GetDirectoryName(to)!, () =>
        {
            Directory.Move(to, from);
            Renamed(to, from);
        }
        ));
    }

    public override bool TryExchangeFolders(string one, string other)
    {
        if (!_exchanges) return false;
        Step();
        if (!base.TryExchangeFolders(one, other)) return false;
        Exchanged(one, other);
        _names.Add((Path.GetDirectoryName(other)!, () =>
        {
            base.TryExchangeFolders(one, other);
            Exchanged(one, other);
        }
        ));
        return true;
    }

    public override void DeleteFolder(string path)
    {
        Step();
        base.DeleteFolder(path);
    }

    private void Renamed(string from, string to)
    {
        _movedFolders.Remove(from);
        _movedFolders.Add(to);
        if (_safeFolders.Remove(from)) _safeFolders.Add(to);
    }

    private void Exchanged(string one, string other)
    {
        _movedFolders.UnionWith([one, other]);
        var (first, second) = (_safeFolders.Remove(one), _safeFolders.Remove(other));
        if (first) _safeFolders.Add(other);
        if (second) _safeFolders.Add(one);
    }

    private void Step(Action? half = null)
    {
        var now = _asked++;
        if (now < _step || (now > _step && !Stops)) return;
        if (now > _step) throw new DiskStoppedException();
        if (_fault == DiskFault.ShortWrite) half?.Invoke();
        if (!Stops) throw new IOException("No space left on device", NoSpace);
        if (_fault != DiskFault.Killed) LosePower();
        throw new DiskStoppedException();
    }

    private void LosePower()
    {
        if (_fault == DiskFault.PowerLostNamesLost)
        {
            foreach (var (_, undo) in Enumerable.Reverse(_names).ToList()) undo();
        }

        foreach (var file in _unsafeFiles.Where(File.Exists)) Empty(file);
        foreach (var folder in _movedFolders.Except(_safeFolders).Where(Directory.Exists))
        {
            foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories)) Empty(file);
        }
    }

    // Past the lock of its writer, which stands in for one that is dead.
    private static void Empty(string file)
    {
        var other = file + ".emptied";
        File.WriteAllBytes(other, []);
        File.Move(other, file, overwrite: true);
    }

    private sealed class FaultyStream(FaultyDisk disk, FileStream file) : Stream
    {
        public FileStream File => file;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => file.Length;

        public override long Position
        {
            get => file.Position;
            set => file.Position = value;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var bytes = buffer.ToArray();
            disk.Step(() => file.Write(bytes.AsSpan(0, bytes.Length / 2)));
            file.Write(bytes);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => file.Read(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

        public override void SetLength(long value) => file.SetLength(value);

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }
    }
}
