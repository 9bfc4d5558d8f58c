using Espalier.Pipelines.Prediction;

namespace Espalier.Pipelines.Bulk;

/// <summary>Photos by a text file of their paths, a line each, seen from its folder; as often as they stand there.</summary>
/// <param name="file">The text file.</param>
internal sealed class PhotoList(string file) : PhotoCollection
{
    public override bool IsOrdered => true;

    public override IEnumerable<ListedPhoto> List() => PictureSources.Listed(File.ReadLines(file),
        Path.GetDirectoryName(Path.GetFullPath(file))!).Select((path, index) => new ListedPhoto(path, index, 0));

    public override IPhotoCursor Open() => new FileCursor();
}

/// <summary>One photo.</summary>
/// <param name="file">The photo.</param>
internal sealed class SinglePhoto(string file) : PhotoCollection
{
    public override bool IsOrdered => true;

    public override IEnumerable<ListedPhoto> List() => [new ListedPhoto(file, 0, new FileInfo(file).Length)];

    public override IPhotoCursor Open() => new FileCursor();
}
