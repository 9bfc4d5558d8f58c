using System.Globalization;
using System.Text;
using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>YOLO folders of small generated pictures: noise, and on it rectangles whose colour is their class.</summary>
internal static class GeneratedPhotos
{
    private static readonly (byte Red, byte Green, byte Blue)[] Colours = [(230, 40, 40), (40, 210, 60), (50, 70, 240), (240, 220, 40)];

    /// <summary>Writes pictures, labels and <c>data.yaml</c>.</summary>
    /// <param name="folder">Where to; made if need be.</param>
    /// <param name="training">How many pictures to learn from.</param>
    /// <param name="validation">How many to judge by; 0 for the training pictures themselves.</param>
    /// <param name="classes">1…4; class 0 is on every picture, each further one on every third.</param>
    /// <param name="side">Pixels of a picture's sides.</param>
    /// <returns>The path of <c>data.yaml</c>.</returns>
    public static string Write(string folder, int training, int validation = 0, int classes = 2, int side = 64)
    {
        WriteSplit(folder, "train", training, classes, side, seed: 1);
        if (validation > 0) WriteSplit(folder, "val", validation, classes, side, seed: 2);
        var names = string.Join(", ", Enumerable.Range(0, classes).Select(index => $"colour{index}"));
        var yaml = Path.Combine(folder, "data.yaml");
        File.WriteAllText(yaml, $"path: .\ntrain: images/train\nval: images/{(validation > 0 ? "val" : "train")}\nnames: [{names}]\n");
        return yaml;
    }

    private static void WriteSplit(string folder, string split, int count, int classes, int side, int seed)
    {
        var images = Directory.CreateDirectory(Path.Combine(folder, "images", split)).FullName;
        var labels = Directory.CreateDirectory(Path.Combine(folder, "labels", split)).FullName;
        var random = new Random(seed);
        for (var number = 0; number < count; number++)
        {
            var picture = Noise(side, random);
            var text = new StringBuilder();
            for (var index = 0; index < classes; index++)
            {
                // Each class keeps to its own column, so that rectangles never hide one another.
                if (index > 0 && number % 3 != 0) continue;
                text.Append(Paint(picture, random, index, side * index / classes, side / classes));
            }

            var name = number.ToString("000", CultureInfo.InvariantCulture);
            PictureWriter.Write(Path.Combine(images, name + ".png"), picture);
            File.WriteAllText(Path.Combine(labels, name + ".txt"), text.ToString());
        }
    }

    private static Picture Noise(int side, Random random)
    {
        var picture = new Picture(side, side);
        for (var i = 0; i < picture.Pixels.Length; i++) picture.Pixels[i] = (byte)random.Next(70, 130);
        return picture;
    }

    private static string Paint(Picture picture, Random random, int index, int firstColumn, int columns)
    {
        var (width, height) = (random.Next(columns / 2, columns * 3 / 4), random.Next(picture.Height / 4, picture.Height / 2));
        var (left, top) = (firstColumn + random.Next(columns - width), random.Next(picture.Height - height));
        var colour = Colours[index];
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                var i = (y * picture.Width + x) * 3;
                (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2]) = colour;
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{index} {(left + width / 2.0) / picture.Width:0.######} {(top + height / 2.0) / picture.Height:0.######} "
                + $"{(double)width / picture.Width:0.######} {(double)height / picture.Height:0.######}\n"
        );
    }
}
