using System.Text.Json;
using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>All photos of some sources in the order in which they are looked at: in a file, so that they do not fill memory.</summary>
/// <param name="sources">What a user calls them.</param>
/// <param name="file">The file.</param>
internal sealed class PhotoListing(IReadOnlyList<string> sources, string file)
{
    private readonly PhotoCollection[] _collections = [.. sources.Select(PhotoCollection.Find)];

    /// <summary>Whether it was written.</summary>
    public bool IsThere => File.Exists(file);

    /// <summary>Goes through the sources as they are now.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public ListingDigest Look(CancellationToken cancellationToken)
    {
        var digest = new ListingDigest();
        foreach (var photo in All(collection => collection.List()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            digest.Add(photo);
        }

        return digest;
    }

    /// <summary>Goes through the sources and writes the file.</summary>
    /// <param name="cancellationToken">Ends it; the file is then not there.</param>
    /// <exception cref="EspalierException">There are no photos, or a folder of them cannot be read.</exception>
    public ListingDigest Write(CancellationToken cancellationToken)
    {
        var digest = new ListingDigest();
        AtomicFile.Write(file, stream =>
        {
            try
            {
                foreach (var photo in All(InOrder))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    digest.Add(photo);
                    JsonSerializer.Serialize(stream, photo);
                    stream.WriteByte((byte)'\n');
                }
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or DirectoryNotFoundException)
            {
                // Of a folder of photos, for the file is open; it would be said of that one otherwise.
                throw new EspalierException(exception.Message, exception);
            }

            if (digest.Count == 0)
                throw new EspalierException($"There are no photos ({string.Join(", ", PictureReader.Extensions)}) in "
                    + $"{string.Join(", ", sources.Select(source => $"'{source}'"))}.");
        });
        return digest;
    }

    /// <summary>The file's photos.</summary>
    /// <exception cref="EspalierException">The file is damaged.</exception>
    public IEnumerable<ListedPhoto> Read() => File.ReadLines(file).Select(Read);

    /// <summary>The file's photos in blocks; those of blocks that are not wanted are passed over.</summary>
    /// <param name="size">How many photos a block has, the last one aside.</param>
    /// <param name="isWanted">Told the number of a block.</param>
    public IEnumerable<(int Block, IReadOnlyList<ListedPhoto> Photos)> Read(int size, Func<int, bool> isWanted)
    {
        using var lines = File.ReadLines(file).GetEnumerator();
        var photos = new List<ListedPhoto>();
        for (int block = 0, place = 0; ; place++)
        {
            var isThere = lines.MoveNext();
            if (photos.Count > 0 && (!isThere || place == size))
            {
                yield return (block, photos);
                photos = [];
            }

            if (!isThere) yield break;
            if (place == size) (block, place) = (block + 1, 0);
            if (isWanted(block)) photos.Add(Read(lines.Current));
        }
    }

    /// <summary>What goes from photo to photo of the file, from front to back.</summary>
    public IPhotoCursor Open() => new Cursor(_collections);

    private IEnumerable<ListedPhoto> All(Func<PhotoCollection, IEnumerable<ListedPhoto>> list) =>
        _collections.SelectMany((collection, source) => list(collection).Select(photo => photo with { Source = source }));

    private IEnumerable<ListedPhoto> InOrder(PhotoCollection collection) =>
        collection.IsOrdered ? collection.List() : NameSort.Sort(collection.List(), Path.GetDirectoryName(file)!);

    private ListedPhoto Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ListedPhoto>(line) is { Path: not null } photo && photo.Source < _collections.Length
                ? photo : throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw new EspalierException($"'{file}' is damaged; remove it, and it is made anew.", exception);
        }
    }

    private sealed class Cursor(PhotoCollection[] collections) : IPhotoCursor
    {
        private (int Source, IPhotoCursor Photos)? _at;

        public Func<Picture> MoveTo(ListedPhoto photo)
        {
            if (_at?.Source != photo.Source)
            {
                Dispose();
                _at = (photo.Source, collections[photo.Source].Open());
            }

            return _at!.Value.Photos.MoveTo(photo);
        }

        public void Dispose() => _at?.Photos.Dispose();
    }
}
