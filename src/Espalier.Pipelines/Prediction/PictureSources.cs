using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Pipelines.Prediction;

/// <summary>One picture to look at.</summary>
/// <param name="Name">A name without extension for what is written about it.</param>
/// <param name="Path">Its file, or <c>-</c>.</param>
/// <param name="Read">Decodes it.</param>
/// <param name="Seconds">When it is shown, where it is a video's frame.</param>
internal sealed record PictureSource(string Name, string Path, Func<Picture> Read, double? Seconds = null)
{
    private static readonly string[] JpegEndings = [".jpg", ".jpeg", ".jfif", ".jpe", ".mpo"];

    /// <summary>The ending of a picture that is drawn from it: a JPEG stays one, whatever else there is becomes PNG.</summary>
    public string Ending => JpegEndings.Contains(System.IO.Path.GetExtension(Path), StringComparer.OrdinalIgnoreCase) ? ".jpg" : ".png";

    /// <summary>A frame of a video; its path ends with its time as in W3C's media fragments.</summary>
    /// <param name="name">The video's name without extension.</param>
    /// <param name="path">The video's file.</param>
    /// <param name="number">0, 1, … of the frames looked at.</param>
    /// <param name="picture">The frame.</param>
    /// <param name="seconds">When it is shown.</param>
    public static PictureSource OfFrame(string name, string path, int number, Picture picture, double seconds) => new(
        Invariant($"{name}-{number:000000}"), Invariant($"{path}#t={seconds:0.###}"), () => picture, Math.Round(seconds, 3));
}

/// <summary>Turns what a user calls a source — a file, a folder, a glob, a list, standard input — into pictures.</summary>
internal static class PictureSources
{
    private const int MaximumPipedBytes = 256 << 20;

    private static readonly string[] ArchiveEndings = [".zip", ".tar", ".tar.gz", ".tgz"];

    // What phones and browsers save and no decoder here reads.
    private static readonly string[] UnreadEndings = [".heic", ".heif", ".avif", ".gif", ".dng"];

    /// <summary>The pictures of several sources, one after the other.</summary>
    /// <param name="sources">As for one.</param>
    /// <param name="standardInput">Opened only for <c>-</c>.</param>
    /// <param name="skipped">Told what lies in a folder and looks like a picture, but cannot be read.</param>
    /// <exception cref="EspalierException">There is no such source, or no picture in it.</exception>
    public static IReadOnlyList<PictureSource> Find(IEnumerable<string> sources, Func<Stream> standardInput, Action<string>? skipped = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. sources.SelectMany(source => Find(source, standardInput, skipped))
            .Select(found => found with { Name = Unique(names, found.Name) })];
    }

    /// <summary>The pictures of a source, in ordinal order of their paths.</summary>
    /// <param name="source">A picture, a folder, a glob such as <c>photos/*.png</c>, a text file of paths,
    /// or <c>-</c> for standard input (a picture, or paths).</param>
    /// <param name="standardInput">Opened only for <c>-</c>.</param>
    /// <param name="skipped">Told what lies in a folder and looks like a picture, but cannot be read.</param>
    /// <exception cref="EspalierException">There is no such source, or no picture in it.</exception>
    public static IReadOnlyList<PictureSource> Find(string source, Func<Stream> standardInput, Action<string>? skipped = null)
    {
        if (source == "-") return FromPipe(standardInput());
        if (Directory.Exists(source))
        {
            NameUnread(source, skipped);
            return NotEmpty(FromPaths(PicturesIn(source, "*")),
                $"the folder '{source}' holds no pictures ({string.Join(", ", PictureReader.Extensions)})");
        }

        if (IsGlob(source))
            return NotEmpty(FromPaths(PicturesIn(FolderOf(source), Path.GetFileName(source))), $"no picture matches '{source}'");
        if (!File.Exists(source)) throw new EspalierException($"there is no file or folder '{source}'");
        if (IsArchive(source)) throw new EspalierException($"'{source}' is an archive; its photos are looked at with --output only");
        if (Path.GetExtension(source).Equals(".txt", StringComparison.OrdinalIgnoreCase))
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(source))!;
            return NotEmpty(FromPaths(Listed(File.ReadLines(source), folder)), $"the list '{source}' names no pictures");
        }

        return FromPaths([source]);
    }

    /// <summary>Decodes pictures one by one. One that cannot be read is skipped, unless there is nothing else.</summary>
    /// <param name="sources">The pictures.</param>
    /// <param name="skipped">Told why one is skipped.</param>
    /// <param name="cancellationToken">Ends it between pictures, without an exception: what was seen until then counts.</param>
    /// <exception cref="EspalierException">None of them can be read.</exception>
    public static IEnumerable<(PictureSource Source, Picture Picture)> Read(
        IReadOnlyList<PictureSource> sources, Action<string> skipped, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(skipped);
        var read = 0;
        foreach (var source in sources)
        {
            if (cancellationToken.IsCancellationRequested) yield break;
            Picture picture;
            try
            {
                picture = source.Read();
            }
            catch (PictureException exception) when (sources.Count > 1)
            {
                skipped(exception.Message);
                continue;
            }

            read++;
            yield return (source, picture);
        }

        if (read == 0) throw new EspalierException($"none of the {sources.Count} pictures could be read");
    }

    /// <summary>Whether a file is a photo by its name, be it one that cannot be read here.</summary>
    public static bool IsPhoto(ReadOnlySpan<char> path)
    {
        var ending = Path.GetExtension(path).ToString();
        return PictureReader.Extensions.Contains(ending, StringComparer.OrdinalIgnoreCase)
            || UnreadEndings.Contains(ending, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether a file is an archive of photos by its name.</summary>
    public static bool IsArchive(string path) => ArchiveEndings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static void NameUnread(string folder, Action<string>? skipped)
    {
        var unread = Directory.EnumerateFiles(folder)
            .Where(path => UnreadEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToList();
        if (unread.Count == 0) return;
        var named = string.Join(", ", unread.Take(3)) + (unread.Count > 3 ? Invariant($" and {unread.Count - 3} more") : "");
        var endings = string.Join(", ", unread.Select(Path.GetExtension).Distinct(StringComparer.OrdinalIgnoreCase));
        skipped?.Invoke($"{named} in '{folder}': {endings} cannot be read here; save as JPEG or PNG first");
    }

    private static IEnumerable<string> PicturesIn(string folder, string pattern) => Directory.EnumerateFiles(folder, pattern)
        .Where(path => PictureReader.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal);

    /// <summary>Whether a source stands for whatever it matches; a file of just that name is itself, and not its neighbours as
    /// well.</summary>
    public static bool IsGlob(string source) => source.AsSpan().ContainsAny('*', '?') && !File.Exists(source);

    /// <summary>The folder in which a glob matches files.</summary>
    /// <exception cref="EspalierException">There is none.</exception>
    public static string FolderOf(string glob)
    {
        var folder = Path.GetDirectoryName(glob);
        if (string.IsNullOrEmpty(folder)) folder = ".";
        if (folder.AsSpan().ContainsAny('*', '?')) throw new EspalierException($"'{glob}': only the last part of a glob may hold * or ?");
        return Directory.Exists(folder) ? folder : throw new EspalierException($"there is no folder '{folder}'");
    }

    /// <summary>The paths of a list.</summary>
    /// <param name="lines">Its lines; empty ones count for nothing.</param>
    /// <param name="folder">From where they are seen.</param>
    public static IEnumerable<string> Listed(IEnumerable<string> lines, string folder) => lines
        .Select(line => line.Trim())
        .Where(line => line.Length > 0)
        .Select(line => Path.Combine(folder, line));

    private static List<PictureSource> FromPaths(IEnumerable<string> paths)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return paths.Select(path => new PictureSource(
            Unique(names, Path.GetFileNameWithoutExtension(path)), path, () => PictureReader.Read(path))).ToList();
    }

    private static string Unique(HashSet<string> names, string name)
    {
        var candidate = name;
        for (var number = 2; !names.Add(candidate); number++) candidate = $"{name}-{number}";
        return candidate;
    }

    private static List<PictureSource> FromPipe(Stream stream)
    {
        using var buffer = new MemoryStream();
        var block = new byte[1 << 16];
        for (int count; (count = stream.Read(block)) > 0;)
        {
            if (buffer.Length + count > MaximumPipedBytes) throw new EspalierException(
                $"standard input holds more than {MaximumPipedBytes >> 20} MB; the limit is that of one picture or a list of paths");
            buffer.Write(block, 0, count);
        }

        var bytes = buffer.ToArray();
        if (bytes.Length == 0)
            throw new EspalierException("standard input is empty; it must hold a picture, or the paths of pictures line by line");
        if (!LooksLikePaths(bytes)) return [new PictureSource("stdin", "-", () => PictureReader.Read(bytes))];
        var lines = System.Text.Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Split('\n');
        return NotEmpty(FromPaths(Listed(lines, ".")), "standard input names no pictures");
    }

    /// <summary>Pictures hold control characters in their first bytes; paths do not.</summary>
    private static bool LooksLikePaths(byte[] bytes) =>
        !bytes.AsSpan(0, Math.Min(bytes.Length, 16)).ContainsAnyInRange((byte)0, (byte)8) && bytes[0] is not (0x89 or 0xFF)
            && !(bytes.AsSpan().StartsWith("RIFF"u8) && bytes.AsSpan(Math.Min(8, bytes.Length)).StartsWith("WEBP"u8));

    private static List<PictureSource> NotEmpty(List<PictureSource> pictures, string complaint) =>
        pictures.Count > 0 ? pictures : throw new EspalierException(complaint);
}
