using Espalier.Core;
using Espalier.Pipelines.Prediction;

namespace Espalier.Pipelines.Bulk;

/// <summary>Any number of photos that a user calls by one word: a folder, a glob, a list, an archive, a picture. They are gone through
/// one by one; none is held.</summary>
internal abstract class PhotoCollection
{
    /// <summary>Whether the photos come in an order of their own; otherwise in whatever order the disk has.</summary>
    public abstract bool IsOrdered { get; }

    /// <summary>All photos.</summary>
    /// <exception cref="EspalierException">It cannot be gone through.</exception>
    public abstract IEnumerable<ListedPhoto> List();

    /// <summary>Opens it for reading.</summary>
    public abstract IPhotoCursor Open();

    /// <summary>What a word means.</summary>
    /// <exception cref="EspalierException">There is nothing of that name, or nothing that can be gone through twice.</exception>
    public static PhotoCollection Find(string source)
    {
        if (source == "-")
            throw new OptionException("Standard input cannot be gone through again; write the paths into a list (.txt) instead of '-'.");
        if (Directory.Exists(source)) return new PhotoFolder(source, "*", isDeep: true);
        if (PictureSources.IsGlob(source))
            return new PhotoFolder(PictureSources.FolderOf(source), Path.GetFileName(source), isDeep: false);
        if (!File.Exists(source)) throw new EspalierException($"There is no file or folder '{source}'.");
        var ending = Path.GetExtension(source).ToLowerInvariant();
        return ending == ".txt" ? new PhotoList(source)
            : !PictureSources.IsArchive(source) ? new SinglePhoto(source)
            : ending == ".zip" ? new PhotoZip(source)
            : new PhotoTar(source);
    }
}
