namespace Espalier.Core;

/// <summary>Where a path leads once symbolic links are followed.</summary>
internal static class RealPath
{
    /// <summary>The full path with every link in it followed; parts that are not there stay as they are.</summary>
    /// <param name="path">Any path.</param>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent) return full;
        var here = Path.Combine(Of(parent), Path.GetFileName(full));
        var link = new DirectoryInfo(here);
        return link.LinkTarget is null ? here : link.ResolveLinkTarget(returnFinalTarget: true) is { } end ? Of(end.FullName) : here;
    }
}
