using System.IO.Enumeration;
using Espalier.Pipelines.Prediction;

namespace Espalier.Pipelines.Bulk;

/// <summary>The photos of a folder. Folders within it are gone into, links to folders are not: they may lead around in a circle.</summary>
/// <param name="folder">The folder.</param>
/// <param name="pattern">What the names of its files match.</param>
/// <param name="isDeep">Whether the folders within it belong to it.</param>
internal sealed class PhotoFolder(string folder, string pattern, bool isDeep) : PhotoCollection
{
    private static readonly EnumerationOptions Everything =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    public override bool IsOrdered => false;

    public override IEnumerable<ListedPhoto> List() => new FileSystemEnumerable<ListedPhoto>(
        folder, (ref FileSystemEntry entry) => new ListedPhoto(entry.ToSpecifiedFullPath(), 0, entry.Length), Everything)
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && PictureSources.IsPhoto(entry.FileName)
            && FileSystemName.MatchesSimpleExpression(pattern, entry.FileName, OperatingSystem.IsWindows()),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => isDeep && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    };

    public override IPhotoCursor Open() => new FileCursor();
}
