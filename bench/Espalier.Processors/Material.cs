using Espalier.Datasets;
using Espalier.Datasets.Streets;
using Espalier.Networks;
using Espalier.Streets;
using Espalier.Vision;

namespace Espalier.Processors;

/// <summary>What all figures are of: a generated street, as pictures and as a data set, and the network that comes along.</summary>
internal sealed class Material : IDisposable
{
    /// <summary>The side of the network's pictures in pixels.</summary>
    public const int Side = 160;

    /// <summary>How many pictures of the street are looked at.</summary>
    public const int PictureCount = 16;

    private const int TrainingPictures = 32;
    private const int ValidationSplit = 1;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espalier-processors-");

    /// <summary>Draws the street, and writes it, too.</summary>
    public Material()
    {
        var street = new StreetOptions { Seed = 22, EmptyShare = 0 };
        var generator = new StreetGenerator(street);
        Street = [.. Enumerable.Range(0, PictureCount).Select(index => generator.Draw(ValidationSplit, index))];
        Pixels = [.. Street.SelectMany(drawn => Letterboxed(drawn.Picture, Side, ResizeFilter.Area))];
        Data = StreetWriter.Write(File("street"), street,
            new StreetWriterOptions { Training = TrainingPictures, Validation = PictureCount, Workers = 1 }).Configuration;
        Checkpoint = Checkpoint.Load(Weights);
    }

    /// <summary>The street, picture by picture, each with a number.</summary>
    public IReadOnlyList<StreetPicture> Street { get; }

    /// <summary>The same as the network takes it: (pictures, <see cref="Side"/>, <see cref="Side"/>, 3) bytes.</summary>
    public byte[] Pixels { get; }

    /// <summary>The <c>data.yaml</c> of the same street: <see cref="PictureCount"/> pictures to judge by, twice as many to learn
    /// from.</summary>
    public string Data { get; }

    /// <summary>The file of the network.</summary>
    public static string Weights { get; } = Path.Combine(AppContext.BaseDirectory, "house-numbers.safetensors");

    /// <summary>The network.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The first pictures with their labels.</summary>
    /// <param name="count">How many.</param>
    public Batch Batch(int count) => new()
    {
        Count = count,
        Height = Side,
        Width = Side,
        Pixels = Pixels[..(count * Side * Side * 3)],
        Targets = [.. Street.Take(count).SelectMany((drawn, index) => Targets(drawn, index))],
        Sources = [],
    };

    /// <summary>A picture brought to a square.</summary>
    public static byte[] Letterboxed(Picture picture, int side, ResizeFilter filter) =>
        Letterbox.Square(picture.Width, picture.Height, side).Apply(picture, filter).Pixels;

    /// <summary>A path below a folder that goes with this.</summary>
    public string File(string name) => Path.Combine(_folder.FullName, name);

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private static IEnumerable<BatchTarget> Targets(StreetPicture drawn, int index)
    {
        var letterbox = Letterbox.Square(drawn.Picture.Width, drawn.Picture.Height, Side);
        foreach (var digit in drawn.Digits)
        {
            var box = letterbox.ToLetterboxed(digit.Box);
            yield return new BatchTarget(index, digit.Digit, box.CenterX / Side, box.CenterY / Side, box.Width / Side, box.Height / Side);
        }
    }
}
