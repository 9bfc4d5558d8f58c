using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>Reads photos out of archives.</summary>
internal static class EntryBytes
{
    /// <summary>Reads as many bytes as are left of an entry.</summary>
    public delegate int ReadSpan(Span<byte> buffer);

    /// <summary>All bytes of a photo, not more than a picture may have.</summary>
    /// <exception cref="PictureException">There are more, or other than were stated.</exception>
    public static byte[] Read(ReadSpan read, ListedPhoto photo)
    {
        var most = PictureLimits.Default.MaximumFileBytes;
        if (photo.Length > most) throw new PictureException($"'{photo.Path}' has {photo.Length} bytes; at most {most} are accepted.");
        var bytes = new byte[photo.Length];
        var filled = 0;
        for (int count; filled < bytes.Length && (count = read(bytes.AsSpan(filled))) > 0;) filled += count;
        return filled == bytes.Length
            ? bytes : throw new PictureException($"'{photo.Path}' is cut off in its archive: a part of the picture is missing.");
    }
}
