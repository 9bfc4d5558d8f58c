using System.Security.Cryptography;
using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Vision;

namespace Espalier.Datasets.Yolo;

/// <summary>
/// Keeps what a scan found in a file beside the labels. A photo's findings are used again while size and time of writing of it
/// and of its label file stay as they were. A cache that is damaged, of another version or made with other rules counts as none,
/// and one that cannot be written is done without: the cache changes how long a scan takes and nothing else.
/// </summary>
internal static class ScanCache
{
    private const string Magic = "Espalier scan 2";

    // Bytes that each must have at least: a damaged count asks for no more memory than the file has content.
    private const int LeastPhotoBytes = 50;
    private const int LabelBytes = 20;
    private const int LeastProblemBytes = 11;

    /// <summary>Where the cache of a source lies.</summary>
    public static string FileOf(string source) =>
        (Directory.Exists(source) ? LabelPath.OfFolder(source) : source) + ".espalier.cache";

    /// <summary>What an earlier scan found, by photo; empty where there is no usable cache.</summary>
    /// <param name="file">The cache.</param>
    /// <param name="rules">What else the findings depend on.</param>
    /// <param name="classes">How many classes labels may have.</param>
    public static Dictionary<string, ScannedPhoto> Read(string file, string rules, int classes)
    {
        var photos = new Dictionary<string, ScannedPhoto>(StringComparer.Ordinal);
        try
        {
            using var stream = File.OpenRead(file);
            if (!HasGoodHash(stream)) return photos;
            using var reader = new BinaryReader(new BufferedStream(stream, 1 << 16));
            if (reader.ReadString() != Magic || reader.ReadString() != rules) return photos;
            for (var left = Count(reader, LeastPhotoBytes); left > 0; left--)
            {
                var photo = reader.ReadString();
                photos[photo] = ReadPhoto(reader, photo, classes);
            }
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or FormatException or ArgumentException or OverflowException)
        {
            photos.Clear();
        }

        return photos;
    }

    /// <summary>Keeps what a scan found, unless it cannot be written.</summary>
    public static void TryWrite(string file, string rules, IReadOnlyList<string> photos, IReadOnlyList<ScannedPhoto> findings)
    {
        // The labels' folder may be missing; a cache is no reason to make it.
        if (!Directory.Exists(Path.GetDirectoryName(file))) return;
        try
        {
            AtomicFile.Write(file, stream => Write(stream, rules, photos, findings));
        }
        catch (EspalierException)
        {
            // A data set on read-only media is as good as any other.
        }
    }

    private static void Write(Stream stream, string rules, IReadOnlyList<string> photos, IReadOnlyList<ScannedPhoto> findings)
    {
        using var sha = SHA256.Create();
        using (var hashing = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true))
        using (var writer = new BinaryWriter(hashing))
        {
            writer.Write(Magic);
            writer.Write(rules);
            writer.Write(photos.Count);
            for (var i = 0; i < photos.Count; i++)
            {
                writer.Write(photos[i]);
                WritePhoto(writer, findings[i]);
            }
        }

        stream.Write(sha.Hash!);
    }

    private static bool HasGoodHash(FileStream stream)
    {
        var length = stream.Length - SHA256.HashSizeInBytes;
        if (length <= 0) return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        for (var left = length; left > 0;)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0) return false;
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(stored);
        stream.Position = 0;
        return stored.SequenceEqual(hash.GetHashAndReset());
    }

    private static int Count(BinaryReader reader, int leastBytes)
    {
        var count = reader.ReadInt32();
        var possible = (reader.BaseStream.Length - reader.BaseStream.Position) / leastBytes;
        return count >= 0 && count <= possible ? count : throw new FormatException($"{count} entries where there is room for {possible}");
    }

    private static T Require<T>(T value, bool isPossible) => isPossible ? value : throw new FormatException($"{value} cannot be");

    private static FileStamp ReadStamp(BinaryReader reader) => new(reader.ReadInt64(), reader.ReadInt64());

    private static ScannedPhoto ReadPhoto(BinaryReader reader, string photo, int classes)
    {
        var stamp = new PhotoStamp(ReadStamp(reader), ReadStamp(reader));
        int width = reader.ReadInt32(), height = reader.ReadInt32();
        _ = Require((width, height), Math.Min(width, height) >= 0 && Math.Max(width, height) <= PictureLimits.Default.MaximumSide);
        var labels = new LabelledBox[Count(reader, LabelBytes)];
        for (var i = 0; i < labels.Length; i++)
        {
            var index = reader.ReadInt32();
            var box = new Box(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle());
            var isInside = box.Left >= 0 && box.Left <= box.Right && box.Right <= width && box.Top >= 0 && box.Top <= box.Bottom
                && box.Bottom <= height;
            labels[i] = Require(new LabelledBox(index, box), isInside && index >= 0 && index < classes);
        }

        var problems = new DatasetProblem[Count(reader, LeastProblemBytes)];
        for (var i = 0; i < problems.Length; i++)
        {
            var path = reader.ReadBoolean() ? photo : LabelPath.OfPhoto(photo);
            problems[i] = new DatasetProblem(path, reader.ReadString(), reader.ReadBoolean())
            {
                Kind = (FindingKind)reader.ReadInt32() is var kind ? Require(kind, Enum.IsDefined(kind)) : default,
                Count = reader.ReadInt32() is var count ? Require(count, count >= 0) : default,
            };
        }

        return new ScannedPhoto(stamp, width, height, labels, problems, reader.ReadBoolean() ? reader.ReadString() : null);
    }

    private static void WritePhoto(BinaryWriter writer, ScannedPhoto found)
    {
        foreach (var stamp in (FileStamp[])[found.Stamp.Photo, found.Stamp.Label])
        {
            writer.Write(stamp.Length);
            writer.Write(stamp.Written);
        }

        writer.Write(found.Width);
        writer.Write(found.Height);
        writer.Write(found.Labels.Length);
        foreach (var label in found.Labels)
        {
            writer.Write(label.Class);
            writer.Write(label.Box.Left);
            writer.Write(label.Box.Top);
            writer.Write(label.Box.Right);
            writer.Write(label.Box.Bottom);
        }

        writer.Write(found.Problems.Length);
        foreach (var problem in found.Problems)
        {
            writer.Write(problem.Kind is FindingKind.MissingPhoto or FindingKind.UnreadablePhoto or FindingKind.TinyPhoto);
            writer.Write(problem.Reason);
            writer.Write(problem.PhotoSkipped);
            writer.Write((int)problem.Kind);
            writer.Write(problem.Count);
        }

        writer.Write(found.Refusal is not null);
        if (found.Refusal is not null) writer.Write(found.Refusal);
    }
}
