using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Labels;
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
        Photo("polygons", "0 .1 .1 .9 .1 .5\n");
        Photo("cut", "0 .5 .5 .2 .2\n");
        File.WriteAllBytes(PhotoPath("cut"), File.ReadAllBytes(PhotoPath("cut"))[..^20]);
        Photo("text", null);
        File.WriteAllText(PhotoPath("text"), "no picture");
        Photo("tiny", null, size: 9);

        var dataset = Scan(new ScanOptions { KeepPartial = true });

        Assert.Equal(["good.png"], dataset.Entries.Select(entry => Path.GetFileName(entry.Path)));
        Assert.Equal(2, dataset.Entries[0].Labels.Count);
        Assert.Equal(
            [
                FindingKind.UnreadablePhoto, FindingKind.SenselessLabel, FindingKind.DuplicateLabel, FindingKind.BoxOverEdge,
                FindingKind.UnreadableLabels, FindingKind.UnreadablePhoto, FindingKind.TinyPhoto,
            ],
            dataset.Problems.Select(problem => problem.Kind));
        Assert.Equal(4, dataset.Problems.Count(problem => problem.PhotoSkipped));
    }

    [Theory]
    [InlineData("0 1.2 .5 .2 .2")]
    [InlineData("0 .5 .5 .2 .2 .9")]
    [InlineData("0 .5 .5 nan .2")]
    [InlineData("0 .5 .5 0 .2")]
    [InlineData("0 .1 .1 .9 .1 .5")]
    public void A_photo_that_lost_a_row_is_left_out_unless_asked_for(string row)
    {
        Photo("good", "0 .5 .5 .2 .2\n");
        Photo("partial", $"0 .5 .5 .2 .2\n{row}\n");

        var dataset = Scan();
        var kept = Scan(new ScanOptions { KeepPartial = true });

        Assert.Equal(["good.png"], dataset.Entries.Select(entry => Path.GetFileName(entry.Path)));
        var problem = Assert.Single(dataset.Problems);
        Assert.True(problem.PhotoSkipped);
        Assert.Contains("row 2 ", problem.Reason, StringComparison.Ordinal);
        Assert.Contains("1 pictures are left out, 1 of them for rows that cannot be used", dataset.LeftOutText, StringComparison.Ordinal);
        Assert.Equal([1, 1], kept.Entries.Select(entry => entry.Labels.Count));
        Assert.Equal("", kept.LeftOutText);
        Assert.Equivalent(dataset, Scan(), strict: true);
    }

    [Fact]
    public void Files_among_the_photos_that_are_not_read_are_named()
    {
        Photo("a", "0 .5 .5 .2 .2\n");
        foreach (var name in new[] { "b.heic", "c.gif", "d", "notes.txt", "digitStruct.mat", ".hidden" })
            File.WriteAllText(_folder.File("images", "train", name), "?");

        var dataset = Scan();

        Assert.Single(dataset.Entries);
        Assert.Equal(
            [(FindingKind.UnreadFile, "b.heic"), (FindingKind.UnreadFile, "c.gif"), (FindingKind.UnreadFile, "d")],
            dataset.Problems.Select(problem => (problem.Kind, Path.GetFileName(problem.Path))));
    }

    [Theory]
    [InlineData("lists/train.txt", "../images/train/a.png")]
    [InlineData("train.txt", "data/images/train/a.png")]
    [InlineData("lists/train.txt", "images/train/a.png")]
    [InlineData("train.txt", "images\\train\\a.png")]
    public void A_lists_rows_are_found_wherever_their_writer_counts_from(string list, string row)
    {
        Photo("a", "0 .5 .5 .2 .2\n");
        Directory.CreateDirectory(_folder.File("lists"));
        File.WriteAllText(_folder.File(list), row + "\nimages/train/gone.png\n");

        Assert.Equal([PhotoPath("a")], Scan(source: list).Entries.Select(entry => entry.Path));
    }

    [Fact]
    public void A_lists_rows_may_count_from_the_working_folder()
    {
        Photo("a", "0 .5 .5 .2 .2\n");
        Directory.CreateDirectory(_folder.File("deep", "lists"));
        File.WriteAllText(_folder.File("deep", "lists", "train.txt"),
            Path.GetRelativePath(Environment.CurrentDirectory, PhotoPath("a")) + "\n");

        Assert.Equal([PhotoPath("a")], Scan(source: "deep/lists/train.txt").Entries.Select(entry => entry.Path));
    }

    [Theory]
    [InlineData("coco.json", "{\"images\": []}")]
    [InlineData("coco.json", "[{\"a\": 1}]")]
    [InlineData("coco.txt", "\n {\"annotations\": []}")]
    public void Json_in_the_place_of_photos_is_told_with_the_command_that_converts_it(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);

        var message = Assert.Throws<EspalierException>(() => Scan(source: name)).Message;

        Assert.Contains("COCO", message, StringComparison.Ordinal);
        Assert.Contains("data convert", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_val_every_tenth_photo_of_train_is_judged_by_and_not_learned_from()
    {
        for (var i = 0; i < 25; i++) Photo($"p{i:00}", "0 .5 .5 .2 .2\n");
        var configuration = Configuration("images/train");

        var held = HeldOut.Scan(configuration, "val", cancellationToken: TestContext.Current.CancellationToken);
        var rest = HeldOut.Rest(Scan());

        Assert.True(HeldOut.IsNeeded(configuration, "val"));
        Assert.Equal(["p09.png", "p19.png"], held.Entries.Select(entry => Path.GetFileName(entry.Path)));
        Assert.Equal(23, rest.Entries.Count);
        Assert.Empty(rest.Entries.Select(entry => entry.Path).Intersect(held.Entries.Select(entry => entry.Path)));
        Assert.Contains("no split 'val'", Assert.Single(held.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_of_one_photo_are_not_both_judged_by_and_learned_from()
    {
        for (var i = 0; i < 10; i++)
        {
            foreach (var copy in new[] { "1111", "2222", "3333" }) Photo($"p{i}_jpg.rf.{copy}", "0 .5 .5 .2 .2\n");
        }

        var held = HeldOut.Scan(Configuration("images/train"), "val", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["p9_jpg.rf.1111.png", "p9_jpg.rf.2222.png", "p9_jpg.rf.3333.png"],
            held.Entries.Select(entry => Path.GetFileName(entry.Path)));
        Assert.Equal(27, HeldOut.Rest(Scan()).Entries.Count);
    }

    [Fact]
    public void Warm_and_cold_scans_agree_and_a_change_is_noticed()
    {
        for (var i = 0; i < 20; i++) Photo($"p{i}", $"{i % 3} .5 .5 .{i + 10} 1.2\n{i % 3} .5 .5 .2 .{i + 10}\n0 .9 .9 .3 .3\n");
        Photo("damaged", "");
        File.WriteAllText(PhotoPath("damaged"), "");

        var cold = Scan(new ScanOptions { KeepPartial = true });
        Assert.True(File.Exists(_folder.File("labels", "train.espalier.cache")));
        var warm = Scan(new ScanOptions { KeepPartial = true });
        var single = Scan(new ScanOptions { UseCache = false, KeepPartial = true, Workers = 1, DecodeFully = true });
        File.WriteAllText(_folder.File("labels", "train", "p3.txt"), "");
        var changed = Scan(new ScanOptions { KeepPartial = true });

        Assert.Equivalent(cold, warm, strict: true);
        Assert.Equivalent(cold.Entries, single.Entries, strict: true);
        Assert.NotEmpty(cold.Problems);
        Assert.Equal(cold.Entries.Sum(entry => entry.Labels.Count) - 2, changed.Entries.Sum(entry => entry.Labels.Count));
    }

    [Fact]
    public void A_change_of_the_file_that_a_link_leads_to_is_noticed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a permission there");
        Photo("a", null);
        File.WriteAllText(_folder.File("a.txt"), "0 .5 .5 .2 .2\n");
        File.CreateSymbolicLink(_folder.File("labels", "train", "a.txt"), _folder.File("a.txt"));
        Assert.Single(Assert.Single(Scan().Entries).Labels);

        File.WriteAllText(_folder.File("a.txt"), "");

        Assert.Empty(Assert.Single(Scan().Entries).Labels);
    }

    [Fact]
    public void A_label_files_ending_may_be_in_capitals()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "capitals do not count elsewhere");
        Photo("a", null);
        Photo("b", "");
        File.WriteAllText(_folder.File("labels", "train", "a.TXT"), "1 .5 .5 .2 .2\n");
        File.WriteAllText(_folder.File("labels", "train", "gone.TXT"), "");

        Assert.Equal([1, 0], Scan().Entries.Select(entry => entry.Labels.Count));
        var orphan = Assert.Single(DatasetFormats.List([_folder.File("data.yaml")], TestContext.Current.CancellationToken).Findings);
        Assert.Equal(_folder.File("labels", "train", "gone.TXT"), orphan.Path);
    }

    [Fact]
    public void A_folder_that_links_lead_to_counts_once_under_its_own_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a permission there");
        Photo("a", "0 .5 .5 .2 .2\n");
        Photo("b", "");
        PictureWriter.Write(_folder.File("elsewhere", "c.png"), Picture.Filled(40, 40, 1, 2, 3));
        Directory.CreateSymbolicLink(_folder.File("images", "train", "aside"), _folder.File("elsewhere"));
        Directory.CreateDirectory(_folder.File("labels", "train", "aside"));
        File.WriteAllText(_folder.File("labels", "train", "aside", "c.txt"), "1 .5 .5 .2 .2\n");
        foreach (var part in new[] { "images", "labels" })
        {
            Directory.CreateSymbolicLink(_folder.File(part, "train", "again"), "../train");
            Directory.CreateSymbolicLink(_folder.File(part, "0"), "train");
        }

        string[] photos = [PhotoPath("a"), PhotoPath(Path.Combine("aside", "c")), PhotoPath("b")];
        Assert.Equal(photos, Scan(source: "images").Entries.Select(entry => entry.Path));
        var listing = DatasetFormats.List([_folder.File("data.yaml")], TestContext.Current.CancellationToken);
        Assert.Equal(photos, listing.Photos.Select(photo => photo.Path));
        Assert.Empty(listing.Findings);
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

    /// <summary>Such a cache has a valid hash: somebody made it so. Counts ask for gigabytes, labels for classes that are not
    /// there.</summary>
    [Theory]
    [InlineData(int.MaxValue, 0, 0)]
    [InlineData(-1, 0, 0)]
    [InlineData(1, int.MaxValue, 0)]
    [InlineData(1, -1, 0)]
    [InlineData(1, 0, int.MaxValue)]
    [InlineData(1, 1, 0)]
    public void A_senseless_cache_counts_as_none(int photos, int labels, int problems)
    {
        Photo("a", "0 .5 .5 .2 .2\n");
        var cold = Scan();
        var cache = _folder.File("labels", "train.espalier.cache");
        var real = File.ReadAllBytes(cache);
        using var text = new BinaryReader(new MemoryStream(real));
        var (magic, rules) = (text.ReadString(), text.ReadString());
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(magic);
            writer.Write(rules);
            writer.Write(photos);
            text.ReadInt32();
            writer.Write(text.ReadString());
            for (var part = 0; part < 4; part++) writer.Write(text.ReadInt64());
            writer.Write(20);
            writer.Write(20);
            writer.Write(labels);
            if (labels == 1)
            {
                writer.Write(99);
                for (var side = 0; side < 4; side++) writer.Write(side < 2 ? 1f : 9f);
            }

            writer.Write(problems);
            writer.Write(false);
        }

        var content = stream.ToArray();
        File.WriteAllBytes(cache, [.. content, .. System.Security.Cryptography.SHA256.HashData(content)]);
        Assert.Equivalent(cold, Scan(), strict: true);
    }

    [Fact]
    public void A_photo_of_more_labels_than_a_photo_has_is_left_out()
    {
        Photo("good", "0 .5 .5 .2 .2\n");
        Photo("crowd", string.Concat(Enumerable.Range(0, LabelRules.Most + 1)
            .Select(i => FormattableString.Invariant($"0 {i / 30000.0} .5 .1 .1\n"))));

        var dataset = Scan();

        Assert.Single(dataset.Entries);
        Assert.Contains("holds 20001 rows, where at most 20000 are accepted", Assert.Single(dataset.Problems).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_file_names_photos_from_its_own_folder()
    {
        Photo("a", "0 .5 .5 .2 .2\n");
        Photo("b", "");
        File.WriteAllText(_folder.File("train.txt"),
            "./images/train/b.png\n\nimages/train/a.png\nimages/train/a.png\nimages/train/gone.png\n");

        var dataset = Scan(source: "train.txt");

        Assert.Equal(["a.png", "b.png"], dataset.Entries.Select(entry => Path.GetFileName(entry.Path)));
        Assert.Equal([FindingKind.PhotoListedTwice, FindingKind.MissingPhoto], dataset.Problems.Select(problem => problem.Kind));
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
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetScanner.Scan(Configuration("images/train"), "train",
            cancellationToken: cancelled.Token));
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
