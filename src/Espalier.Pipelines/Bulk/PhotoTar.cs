using System.IO.Compression;
using Espalier.Datasets.Archives;
using Espalier.Pipelines.Prediction;
using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>The photos of a tar archive, which may be compressed by gzip, in its order.</summary>
/// <param name="file">The archive.</param>
internal sealed class PhotoTar(string file) : PhotoCollection
{
    public override bool IsOrdered => true;

    public override IEnumerable<ListedPhoto> List()
    {
        using var cursor = new Cursor(file);
        while (cursor.Next() is { } photo)
        {
            if (PictureSources.IsPhoto(photo.Path)) yield return photo;
        }
    }

    public override IPhotoCursor Open() => new Cursor(file);

    private sealed class Cursor : IPhotoCursor
    {
        private readonly string _file;
        private readonly Stream _stream;
        private readonly TarReader _reader;
        private int _entry = -1;

        public Cursor(string file)
        {
            _file = file;
            var plain = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var isPlain = file.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);
            _stream = isPlain ? plain : new BufferedStream(new GZipStream(plain, CompressionMode.Decompress), 1 << 16);
            _reader = new TarReader(_stream, file);
        }

        /// <summary>The next file, whatever it is; null at the end.</summary>
        public ListedPhoto? Next() => Guard(() =>
        {
            while (_reader.Next() is { } entry)
            {
                _entry++;
                if (!entry.IsFolder) return new ListedPhoto($"{_file}/{entry.Path}", _entry, entry.Size);
            }

            return null;
        });

        public Func<Picture> MoveTo(ListedPhoto photo)
        {
            try
            {
                while (_entry < photo.Entry)
                {
                    if (Next() is null) throw _reader.Error("it became shorter while it was read");
                }

                var bytes = Guard(() => EntryBytes.Read(_reader.Read, photo));
                return () => PictureReader.Read(bytes, name: $"'{photo.Path}'");
            }
            catch (PictureException exception)
            {
                return () => throw exception;
            }
        }

        public void Dispose() => _stream.Dispose();

        private T Guard<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch (InvalidDataException exception)
            {
                throw _reader.Error("its compressed data are damaged", exception);
            }
        }
    }
}
