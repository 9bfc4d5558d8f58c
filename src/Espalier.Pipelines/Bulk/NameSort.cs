namespace Espalier.Pipelines.Bulk;

/// <summary>Puts any number of photos into the ordinal order of their paths with few of them in memory: parts are sorted, put aside on the
/// disk, and merged.</summary>
internal static class NameSort
{
    /// <summary>How many photos are in memory at a time.</summary>
    public const int Held = 1 << 17;

    /// <summary>The photos in order.</summary>
    /// <param name="photos">In any order.</param>
    /// <param name="folder">Where parts are put aside until all was gone through.</param>
    /// <param name="held">How many photos are in memory at a time.</param>
    public static IEnumerable<ListedPhoto> Sort(IEnumerable<ListedPhoto> photos, string folder, int held = Held)
    {
        var parts = new List<FileStream>();
        try
        {
            foreach (var part in photos.Chunk(held))
            {
                Array.Sort(part, (one, other) => string.CompareOrdinal(one.Path, other.Path));
                if (part.Length < held && parts.Count == 0)
                {
                    foreach (var photo in part) yield return photo;
                    yield break;
                }

                parts.Add(PutAside(part, Path.Combine(folder, $"sort-{Guid.NewGuid():N}.part")));
            }

            foreach (var photo in Merge(parts)) yield return photo;
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    private static FileStream PutAside(ListedPhoto[] part, string path)
    {
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        var writer = new BinaryWriter(file);
        foreach (var photo in part)
        {
            writer.Write(photo.Path);
            writer.Write(photo.Length);
        }

        writer.Flush();
        file.Position = 0;
        return file;
    }

    private static IEnumerable<ListedPhoto> Merge(List<FileStream> parts)
    {
        var next = new PriorityQueue<(ListedPhoto Photo, BinaryReader Part), string>(StringComparer.Ordinal);
        foreach (var part in parts) Enqueue(new BinaryReader(part));
        while (next.TryDequeue(out var first, out _))
        {
            yield return first.Photo;
            Enqueue(first.Part);
        }

        void Enqueue(BinaryReader part)
        {
            if (part.BaseStream.Position == part.BaseStream.Length) return;
            var photo = new ListedPhoto(part.ReadString(), 0, part.ReadInt64());
            next.Enqueue((photo, part), photo.Path);
        }
    }
}
