using Espalier.Pipelines.Prediction;
using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Pipelines.Benchmarks;

/// <summary>Encoded photos to measure on.</summary>
internal static class BenchPhotos
{
    /// <summary>As many as fit a cache; more would measure the disk.</summary>
    private const int MostPhotos = 64;

    /// <summary>The photos of a source, or one made up.</summary>
    /// <exception cref="EspalierException">There is no such source, or a photo of it cannot be read.</exception>
    public static IReadOnlyList<byte[]> Load(string? source)
    {
        if (source is null) return [MadeUp()];
        var files = PictureSources.Find(source, () => Stream.Null).Take(MostPhotos).ToArray();
        foreach (var file in files) _ = file.Read(); // A sentence now rather than in the middle.
        return [.. files.Select(file => File.ReadAllBytes(file.Path))];
    }

    /// <summary>As large as the median photo of SVHN, as a PNG.</summary>
    private static byte[] MadeUp()
    {
        var picture = new Picture(104, 47);
        for (var i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(128 + (60 * Math.Sin(i * 0.05)) + (40 * Math.Sin(i * 0.31)));
        return PictureWriter.EncodePng(picture);
    }
}
