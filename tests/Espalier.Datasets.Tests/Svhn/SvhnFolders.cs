using Espalier.Datasets.Svhn;
using Espalier.Vision;

namespace Espalier.Tests.Svhn;

/// <summary>Small folders of SVHN's format 1, made up by a seed.</summary>
internal static class SvhnFolders
{
    /// <summary>Entries with zero to four boxes each, numbered from 1.</summary>
    public static List<DigitStructEntry> Entries(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(1, count)
            .Select(number => new DigitStructEntry($"{number}.png", [.. Enumerable.Range(0, random.Next(5)).Select(_ => Box(random))]))];
    }

    /// <summary>Writes photos of 60 × 40 pixels and their digitStruct.mat.</summary>
    public static SvhnSource Write(string folder, IReadOnlyList<DigitStructEntry> entries)
    {
        Directory.CreateDirectory(folder);
        foreach (var entry in entries) PictureWriter.Write(Path.Combine(folder, entry.FileName), Picture.Filled(60, 40, 90, 120, 150));
        DigitStructWriter.Write(Path.Combine(folder, "digitStruct.mat"), entries);
        return SvhnSource.FromFolder(folder);
    }

    private static DigitStructBox Box(Random random) =>
        new(random.Next(0, 45), random.Next(0, 20), random.Next(4, 15), random.Next(8, 20), random.Next(1, 11));
}
