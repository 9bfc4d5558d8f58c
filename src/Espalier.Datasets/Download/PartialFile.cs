using System.Globalization;
using System.Security.Cryptography;
using Espalier.Core;

namespace Espalier.Datasets.Download;

/// <summary>
/// What of a file was fetched so far, beside its place: <c>NAME.part</c> holds the bytes, <c>NAME.part.of</c> the address, the length, and
/// the mark (ETag or time) of the version they belong to. Without a mark the bytes cannot be trusted to fit the rest, and are fetched anew.
/// </summary>
internal sealed class PartialFile
{
    private readonly string _target;
    private readonly Uri _address;

    private PartialFile(string target, Uri address)
    {
        _target = target;
        _address = address;
    }

    /// <summary>The bytes so far.</summary>
    public string Path => _target + ".part";

    /// <summary>The mark of the version that the bytes belong to; null where there are none to go on from.</summary>
    public string? Mark { get; private set; }

    /// <summary>How many bytes are there.</summary>
    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    private string NotePath => Path + ".of";

    /// <summary>Looks at what an earlier attempt left.</summary>
    public static PartialFile Find(string target, Uri address)
    {
        var partial = new PartialFile(target, address);
        if (partial.Length == 0 || !File.Exists(partial.NotePath) || new FileInfo(partial.NotePath).Length > 16 << 10) return partial;
        if (File.ReadAllLines(partial.NotePath) is [var from, { Length: > 0 } mark, ..] && from == address.AbsoluteUri) partial.Mark = mark;
        return partial;
    }

    /// <summary>Begins anew, with the version that a server offers.</summary>
    public FileStream Restart(string? mark)
    {
        // The note goes first and comes last: bytes of one version must never stand under the mark of another.
        File.Delete(NotePath);
        var stream = new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        try
        {
            if (mark is not null)
                AtomicFile.WriteAllText(NotePath, string.Create(CultureInfo.InvariantCulture, $"{_address.AbsoluteUri}\n{mark}\n"));
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        Mark = mark;
        return stream;
    }

    /// <summary>Goes on after the last byte.</summary>
    public FileStream Append() => new(Path, FileMode.Append, FileAccess.Write, FileShare.Read, 1 << 16);

    /// <summary>Forgets what is there.</summary>
    public void Discard()
    {
        File.Delete(NotePath);
        File.Delete(Path);
        Mark = null;
    }

    /// <summary>Requires that the whole file is the one that is meant.</summary>
    /// <exception cref="DownloadException">It is another; nothing of it is kept.</exception>
    public async Task RequireDigestAsync(string sha256, CancellationToken cancellationToken)
    {
        string found;
        using (var file = File.OpenRead(Path))
            found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
        if (found == sha256) return;
        Discard();
        throw new DownloadException($"{_address} cannot be fetched: what it sends has the SHA-256 {found}, not {sha256}.");
    }

    /// <summary>Gives the whole file its name.</summary>
    public void Finish()
    {
        File.Delete(NotePath);
        Disk.Current.Move(Path, _target);
        Disk.Current.FlushNames(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(_target))!);
    }
}
