using Espalier.Vision;

namespace Espalier.Datasets.Tests;

/// <summary>Pictures and data sets made of formulas.</summary>
internal static class SamplePictures
{
    /// <summary>Slow waves of colour, with a phase of their own for each number.</summary>
    public static Picture Smooth(int width, int height, int number = 0)
    {
        var picture = new Picture(width, height);
        for (var y = 0; y < height; y++)
        {
            var row = picture.Row(y);
            for (var x = 0; x < width; x++)
            {
                row[x * 3] = (byte)(128 + 100 * Math.Sin(.05 * x + .03 * y + number));
                row[x * 3 + 1] = (byte)(128 + 100 * Math.Sin(.04 * x - .06 * y + 2 * number));
                row[x * 3 + 2] = (byte)(128 + 100 * Math.Cos(.06 * y + 3 * number));
            }
        }

        return picture;
    }

    /// <summary>Photos of differing shapes named by their numbers, two white boxes on black each, and a way to decode them.</summary>
    public static (DetectionDataset Dataset, Func<string, Picture> Decode) Dataset(int count, bool digits = true)
    {
        var entries = new DatasetEntry[count];
        for (var i = 0; i < count; i++)
        {
            var (width, height) = (60 + i * 37 % 90, 40 + i * 23 % 70);
            entries[i] = new DatasetEntry(
                i.ToString("0000", System.Globalization.CultureInfo.InvariantCulture), width, height,
                [new LabelledBox(i % 10, new Box(5, 8, 20, 32)), new LabelledBox((i + 3) % 10, new Box(30, 10, 52, 36))]);
        }

        string[] names = digits ? ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
            : [.. Enumerable.Range(0, 10).Select(i => $"class {i}")];
        return (new DetectionDataset(entries, names, []), path => Painted(entries.First(entry => entry.Path == path)));
    }

    public static Picture Painted(DatasetEntry entry)
    {
        var picture = new Picture(entry.Width, entry.Height);
        foreach (var label in entry.Labels)
        {
            for (var y = (int)label.Box.Top; y < (int)label.Box.Bottom; y++)
            {
                picture.Row(y)[((int)label.Box.Left * 3)..((int)label.Box.Right * 3)].Fill(255);
            }
        }

        return picture;
    }
}
