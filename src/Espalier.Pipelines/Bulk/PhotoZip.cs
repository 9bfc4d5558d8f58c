using System.IO.Compression;
using Espalier.Core;
using Espalier.Pipelines.Prediction;
using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>The photos of a zip archive, in its order. Its table of contents is held in memory.</summary>
/// <param name="file">The archive.</param>
internal sealed class PhotoZip(string file) : PhotoCollection
{
    public override bool IsOrdered => true;

    public override IEnumerable<ListedPhoto> List()
    {
        using var archive = OpenArchive();
        for (var entry = 0; entry < archive.Entries.Count; entry++)
        {
            if (PictureSources.IsPhoto(archive.Entries[entry].FullName))
                yield return new ListedPhoto($"{file}/{archive.Entries[entry].FullName}", entry, archive.Entries[entry].Length);
        }
    }

    public override IPhotoCursor Open() => new Cursor(OpenArchive());

    private ZipArchive OpenArchive()
    {
        FileStream? stream = null;
        try
        {
            stream = File.OpenRead(file);
            var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            _ = archive.Entries;
            return archive;
        }
        catch (InvalidDataException exception)
        {
            stream?.Dispose();
            throw new EspalierException($"The archive '{file}' is no zip archive, or is cut off.", exception);
        }
    }

    private sealed class Cursor(ZipArchive archive) : IPhotoCursor
    {
        public Func<Picture> MoveTo(ListedPhoto photo)
        {
            var name = $"'{photo.Path}'";
            try
            {
                using var stream = archive.Entries[photo.Entry].Open();
                var bytes = EntryBytes.Read(stream.Read, photo);
                return () => PictureReader.Read(bytes, name: name);
            }
            catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
            {
                return () => throw new PictureException($"{name} is damaged in its archive: {exception.Message.TrimEnd('.')}.", exception);
            }
            catch (PictureException exception)
            {
                return () => throw exception;
            }
        }

        public void Dispose() => archive.Dispose();
    }
}
