using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Tests.Yolo;

public sealed class DatasetScannerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_split_is_scanned_in_order_with_boxes_in_pixels()
    {
        Photo("b", "1 .5 .5 .5 .25\n");
        Photo("a", "");
        Photo("c", null);

        var dataset = Scan();

        Assert.Equal(["a.png", "b.png", "c.png"], dataset.Entries.Select(entry => Path.GetFileName(entry.Path)));
        Assert.Equal(new LabelledBox(1, new Box(10, 15, 30, 25)), Assert.Single(dataset.Entries[1].Labels));
        Assert.Equal((40, 40), (dataset.Entries[1].Width, dataset.Entries[1].Height));
        Assert.Empty(dataset.Problems);
        var statistics = DatasetStatistics.Of(dataset);
        Assert.Equal((3, 2, 1), (statistics.Photos, statistics.BackgroundPhotos, statistics.Objects));
        Assert.Equal([0, 1, 0], statistics.ObjectsPerClass);
    }

    [Fact]
    public void Bad_photos_and_labels_are_left_out_told_and_the_rest_goes_on()
    {
        Photo("good", "0 .5 .5 .2 .2\n0 .5\n0 .5 .5 .2 .2\n2 .9 .9 .4 .4\n");
        Photo("polygons", "0 .1 .1 .9 .1 .5 .9\n");
        Photo("cut", "0 .5 .5 .2 .2\n");
        File.WriteAllBytes(PhotoPath("cut"), File.ReadAllBytes(PhotoPath("cut"))[..^20]);
        Photo("text", null);
        File.WriteAllText(PhotoPath("text"), "no picture");
        Photo("tiny", null, size: 9);

        var dataset = Scan();

        Assert.Equal(["good.png"], dataset.Entries.Select(entry => Path.GetFileName(entry.Path)));
        Assert.Equal(2, dataset.Entries[0].Labels.Count);
        Assert.Equal(
            [
                DatasetProblemKind.UnreadablePhoto, DatasetProblemKind.SenselessLabel, DatasetProblemKind.DuplicateLabel, DatasetProblemKind.BoxClipped,
                DatasetProblemKind.UnreadableLabels, DatasetProblemKind.UnreadablePhoto, DatasetProblemKind.TinyPhoto,
            ],
            dataset.Problems.Select(problem => problem.Kind));
        Assert.Equal(4, dataset.Problems.Count(problem => problem.PhotoSkipped));
    }

    [Fact]
    public void Warm_and_cold_scans_agree_and_a_change_is_noticed()
    {
        for (var i = 0; i < 20; i++) Photo($"p{i}", $"{i % 3} .5 .5 .{i + 10} 1.2\n{i % 3} .5 .5 .2 .{i + 10}\n0 .9 .9 .3 .3\n");
        Photo("damaged", "");
        File.WriteAllText(PhotoPath("damaged"), "");

        var cold = Scan();
        Assert.True(File.Exists(_folder.File("labels", "train.espalier.cache")));
        var warm = Scan();
        var single = Scan(new ScanOptions { UseCache = false, Workers = 1, DecodeFully = true });
        File.WriteAllText(_folder.File("labels", "train", "p3.txt"), "");
        var changed = Scan();

        Assert.Equivalent(cold, warm, strict: true);
        Assert.Equivalent(cold.Entries, single.Entries, strict: true);
        Assert.NotEmpty(cold.Problems);
        Assert.Equal(cold.Entries.Sum(entry => entry.Labels.Count) - 2, changed.Entries.Sum(entry => entry.Labels.Count));
    }

    [Fact]
    public void A_damaged_cache_counts_as_none()
    {
        for (var i = 0; i < 5; i++) Photo($"p{i}", "0 .5 .5 .2 .2\n");
        var cold = Scan();
        var cache = _folder.File("labels", "train.espalier.cache");
        var bytes = File.ReadAllBytes(cache);
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var damaged = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : (byte[])bytes.Clone();
            if (damaged.Length == bytes.Length) damaged[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(cache, damaged);
            Assert.Equivalent(cold, Scan(), strict: true);
        }
    }

    [Fact]
    public void A_list_file_names_photos_from_its_own_folder()
    {
        Photo("a", "0 .5 .5 .2 .2\n");
        Photo("b", "");
        File.WriteAllText(_folder.File("train.txt"), "./images/train/b.png\n\nimages/train/a.png\nimages/train/a.png\nimages/train/gone.png\n");

        var dataset = Scan(source: "train.txt");

        Assert.Equal(["a.png", "b.png"], dataset.Entries.Select(entry => Path.GetFileName(entry.Path)));
        Assert.Equal([DatasetProblemKind.DuplicatePhoto, DatasetProblemKind.MissingPhoto], dataset.Problems.Select(problem => problem.Kind));
    }

    [Fact]
    public void A_photo_of_two_sources_counts_once()
    {
        Photo("a", "0 .5 .5 .2 .2\n");
        Assert.Single(Scan(source: "[images/train, images]").Entries);
    }

    [Fact]
    public void Class_twelve_of_three_is_refused_with_file_and_row()
    {
        Photo("a", "0 .5 .5 .2 .2\n12 .5 .5 .2 .2\n");
        var message = Refusal();
        Assert.Contains("a.txt, row 2: class 12", message, StringComparison.Ordinal);
        Assert.Contains("3 classes (0 to 2)", message, StringComparison.Ordinal);
        Assert.Equal(message, Refusal());
    }

    [Fact]
    public void A_split_without_anything_to_learn_from_is_refused()
    {
        Assert.Contains("There is no folder or list file", Refusal(), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.File("images", "train"));
        Assert.Contains("There is no photo in", Refusal(), StringComparison.Ordinal);
        Photo("a", null);
        Assert.Contains("has a label file", Refusal(), StringComparison.Ordinal);
        File.WriteAllText(PhotoPath("a"), "no picture");
        Assert.Contains("is usable", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_scan_can_be_stopped_and_tells_how_far_it_is()
    {
        for (var i = 0; i < 5; i++) Photo($"p{i}", "");
        using var cancelled = new CancellationTokenSource();
        var last = default(PhotoProgress);
        Scan(progress: new Direct(value => last = value));
        cancelled.Cancel();

        Assert.Equal(new PhotoProgress(5, 5), last);
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetScanner.Scan(Configuration("images/train"), "train", cancellationToken: cancelled.Token));
    }

    private string PhotoPath(string name) => _folder.File("images", "train", name + ".png");

    private void Photo(string name, string? labels, int size = 40)
    {
        PictureWriter.Write(PhotoPath(name), Picture.Filled(size, size, 1, 2, 3));
        Directory.CreateDirectory(_folder.File("labels", "train"));
        if (labels is not null) File.WriteAllText(_folder.File("labels", "train", name + ".txt"), labels);
    }

    private DataConfiguration Configuration(string source)
    {
        File.WriteAllText(_folder.File("data.yaml"), $"train: {source}\nnames: [a, b, c]\n");
        return DataConfiguration.Read(_folder.File("data.yaml"));
    }

    private DetectionDataset Scan(ScanOptions? options = null, string source = "images/train", IProgress<PhotoProgress>? progress = null) =>
        DatasetScanner.Scan(Configuration(source), "train", options, progress, TestContext.Current.CancellationToken);

    private string Refusal() => Assert.ThrowsAny<EspalierException>(() => Scan()).Message;

    private sealed class Direct(Action<PhotoProgress> report) : IProgress<PhotoProgress>
    {
        public void Report(PhotoProgress value) => report(value);
    }
}
