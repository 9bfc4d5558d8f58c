using Espalier.Datasets;
using Espalier.Datasets.Checks;
using Espalier.Vision;

namespace Espalier.Tests.Checks;

/// <summary>A YOLO folder with two splits, to be filled by a test and checked.</summary>
internal sealed class CheckFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CheckFolder(string names = "[a, b, c]") =>
        File.WriteAllText(_folder.File("data.yaml"), $"train: images/train\nval: images/val\nnames: {names}\n");

    public string At(params string[] parts) => _folder.File(parts);

    /// <summary>A photo whose look depends on the seed alone, and its label file where labels are given.</summary>
    public string Photo(string name, string? labels, int seed, string split = "train", int width = 60, int height = 40) =>
        Photo(name, labels, Look(seed, width, height), split);

    public string Photo(string name, string? labels, Picture picture, string split = "train")
    {
        var path = At("images", split, name + ".png");
        PictureWriter.Write(path, picture);
        if (labels is not null) Label(name, labels, split);
        return path;
    }

    public string Label(string name, string labels, string split = "train")
    {
        var path = At("labels", split, name + ".txt");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, labels);
        return path;
    }

    public DatasetCheckReport Check(DatasetCheckOptions? options = null)
    {
        foreach (var (split, seed) in new[] { ("train", 9001), ("val", 9002) })
        {
            // Each split needs a photo; these have nothing wrong with them.
            if (!Directory.Exists(At("images", split))) Photo("filler", "0 .5 .5 .5 .5\n", seed, split);
        }

        return DatasetCheck.Run(DatasetFormats.List([At("data.yaml")]), options, cancellationToken: TestContext.Current.CancellationToken);
    }

    public static DatasetCheckReport CheckSvhn(params string[] folders) =>
        DatasetCheck.Run(DatasetFormats.List(folders), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Soft blobs that differ with the seed.</summary>
    public static Picture Look(int seed, int width = 60, int height = 40)
    {
        var random = new Random(seed);
        var small = new Picture(6, 4);
        random.NextBytes(small.Pixels);
        return Resampling.Resize(small, width, height);
    }

    public void Dispose() => _folder.Dispose();
}
