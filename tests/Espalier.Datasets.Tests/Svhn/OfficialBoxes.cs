using System.Globalization;
using System.IO.Compression;
using Espalier.Datasets.Svhn;

namespace Espalier.Tests.Svhn;

/// <summary>The official boxes of SVHN as a table, the oracle for what <c>digitStruct.mat</c> says.</summary>
internal static class OfficialBoxes
{
    /// <summary>Every box of one part (train or test), in the table's order, under the photo's file name.</summary>
    public static List<(string File, DigitStructBox Box)> Read(string part)
    {
        var path = SharedMaterial.Require("data", "svhn", "labels", "official_boxes_all.csv.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var boxes = new List<(string, DigitStructBox)>();
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            if (fields[0] != part) continue;
            var digit = Number(4);
            boxes.Add((fields[1], new DigitStructBox(Number(5), Number(6), Number(7), Number(8), digit == 0 ? 10 : digit)));

            double Number(int i) => double.Parse(fields[i], CultureInfo.InvariantCulture);
        }

        return boxes;
    }
}
