using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>Goes through a collection from front to back.</summary>
internal interface IPhotoCursor : IDisposable
{
    /// <summary>Moves on to a photo.</summary>
    /// <param name="photo">One behind those that were asked for before.</param>
    /// <returns>Decodes it, on any thread and at any time; a <see cref="PictureException"/> says why it cannot be.</returns>
    Func<Picture> MoveTo(ListedPhoto photo);
}

/// <summary>Photos that are files.</summary>
internal sealed class FileCursor : IPhotoCursor
{
    public Func<Picture> MoveTo(ListedPhoto photo) => () => PictureReader.Read(photo.Path);

    public void Dispose()
    {
    }
}
