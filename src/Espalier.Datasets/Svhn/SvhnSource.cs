using Espalier.Core;

namespace Espalier.Datasets.Svhn;

/// <summary>A folder of SVHN's format 1: numbered photos beside a <c>digitStruct.mat</c>.</summary>
/// <param name="Name">What split rules and output files call it; unique among the sources of a conversion.</param>
/// <param name="Folder">The folder.</param>
internal sealed record SvhnSource(string Name, string Folder)
{
    /// <summary>The file with the boxes.</summary>
    public string DigitStructFile => Path.Combine(Folder, "digitStruct.mat");

    /// <summary>A folder under its own name.</summary>
    /// <exception cref="EspalierException">There is no such folder, or no digitStruct.mat in it.</exception>
    public static SvhnSource FromFolder(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var source = new SvhnSource(Path.GetFileName(full), full);
        if (!Directory.Exists(full)) throw new EspalierException($"There is no folder {folder}; 'espalier data download' fetches SVHN's.");
        if (source.Name.Length == 0) throw new EspalierException($"{folder} has no name that its photos could bear.");
        return File.Exists(source.DigitStructFile) ? source : throw new EspalierException($"There is no digitStruct.mat in {folder}.");
    }

    // The name comes from a file of unknown origin and must not lead anywhere else.
    internal void RequirePlainName(string name)
    {
        if (name.Length > 0 && name.IndexOfAny(['/', '\\', '\0', ':']) < 0 && name.Trim('.', ' ').Length > 0
            && name.All(c => !char.IsControl(c)))
            return;
        throw new EspalierException($"{DigitStructFile} names a photo '{name}', which is no plain file name.");
    }
}
