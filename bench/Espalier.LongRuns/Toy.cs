using System.Globalization;
using Espalier.Networks;
using Espalier.Vision;

namespace Espalier.LongRuns;

/// <summary>The smallest network that detects, and a handful of pictures: what is around them is done often.</summary>
/// <param name="Folder">Where its files are written.</param>
internal sealed record Toy(string Folder)
{
    /// <summary>The pictures' sides in pixels.</summary>
    public const int Side = 32;

    /// <summary>How many pictures there are.</summary>
    public const int PictureCount = 8;

    private const string Architecture = """
        nc: 2
        depth_multiple: 1
        width_multiple: 1
        anchors:
          - [8,8, 12,12, 16,16]
        backbone:
          - [-1, 1, Conv, [8, 4, 4, 0]]
          - [-1, 1, Conv, [8, 4, 4, 0]]
        head:
          - [[1], 1, Detect, [nc, anchors]]
        """;

    /// <summary>Grey noise, each with one bright square.</summary>
    public static Picture[] Pictures { get; } = [.. Enumerable.Range(0, PictureCount).Select(Draw)];

    /// <summary>Writes the network, with weights at random, as ONNX.</summary>
    /// <returns>The file's path.</returns>
    public string WriteModel()
    {
        var graph = GraphBuilder.Expand(Networks.Architecture.Parse("toy", Architecture));
        var checkpoint = new Checkpoint
        {
            Graph = graph,
            Weights = WeightInitializer.Initialize(graph, seed: 1),
            ClassNames = ["dark", "bright"],
            ImageSize = Side,
        };
        var path = Path.Combine(Folder, "toy.onnx");
        OnnxEmission.Emit(checkpoint, new OnnxOptions { Batch = 1, Height = Side, Width = Side }).Save(path);
        return path;
    }

    /// <summary>Writes the network's table.</summary>
    /// <returns>The file's path.</returns>
    public string WriteArchitecture() => WriteText("toy.yaml", Architecture);

    /// <summary>Writes pictures and labels; validation is on the training pictures.</summary>
    /// <returns>The path of <c>data.yaml</c>.</returns>
    public string WriteData()
    {
        for (var index = 0; index < PictureCount; index++)
        {
            var (left, top, size) = Square(index);
            PictureWriter.Write(Path.Combine(Folder, "images", "all", $"{index}.png"), Pictures[index]);
            WriteText(Path.Combine("labels", "all", $"{index}.txt"), string.Create(CultureInfo.InvariantCulture,
                $"{index % 2} {(left + size / 2.0) / Side} {(top + size / 2.0) / Side} {(double)size / Side} {(double)size / Side}\n"));
        }

        return WriteText("data.yaml", "train: images/all\nval: images/all\nnames: [dark, bright]\n");
    }

    private string WriteText(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static Picture Draw(int index)
    {
        var random = new Random(index);
        var picture = new Picture(Side, Side);
        foreach (ref var value in picture.Pixels.AsSpan()) value = (byte)random.Next(90, 120);
        var (left, top, size) = Square(index);
        for (var y = top; y < top + size; y++) picture.Row(y).Slice(left * 3, size * 3).Fill((byte)(index % 2 == 0 ? 20 : 230));
        return picture;
    }

    private static (int Left, int Top, int Size) Square(int index) => (2 + index, 14 - index, 8 + index % 3 * 3);
}
