using System.Globalization;
using System.IO.Compression;
using Espalier.Tests;
using Espalier.Vision;

namespace Espalier.Datasets.Tests;

/// <summary>The real street photos of the shared material with their official boxes; skips where they are absent.</summary>
internal static class StreetPhotos
{
    public static DetectionDataset Require()
    {
        var folder = SharedMaterial.Require("data", "svhn", "photos");
        var table = SharedMaterial.Require("data", "svhn", "labels", "official_boxes_all.csv.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(table), CompressionMode.Decompress));
        var rows = new List<string[]>();
        while (reader.ReadLine() is { } line) rows.Add(line.Split(','));
        var entries = rows.Where(row => row[0] == "train" && File.Exists(Path.Combine(folder, row[1])))
            .GroupBy(row => row[1])
            .Select(photo => new DatasetEntry(
                Path.Combine(folder, photo.Key), Number(photo.First()[2]), Number(photo.First()[3]), [.. photo.Select(Label)]))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal);
        return new DetectionDataset([.. entries], ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], []);
    }

    private static LabelledBox Label(string[] row)
    {
        int left = Number(row[5]), top = Number(row[6]);
        return new LabelledBox(Number(row[4]) % 10, new Box(left, top, left + Number(row[7]), top + Number(row[8])));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
