using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Checks;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Svhn;
using Espalier.Tests.Svhn;
using Espalier.Vision;

namespace Espalier.Tests.Checks;

public class CleanedCopyTests
{
    private const string Good = "0 .5 .5 .3 .5\n";

    [Fact]
    public void Damage_is_left_out_edges_are_cut_doubt_stays_and_the_copy_has_nothing_left_to_mend()
    {
        using var folder = new CheckFolder();
        folder.Photo("good", Good, seed: 1);
        folder.Photo("over", "1 .9 .5 .4 .5\n0 .2 .5 .2 .5\n0 .2 .5 .2 .5\n", seed: 2);
        folder.Photo("wrong", "7 .5 .5 .3 .5\n0 .2 .5 .2 .5\n", seed: 3);
        folder.Photo("copy", Good, seed: 1);
        folder.Photo("huge", "0 .5 .5 1 1\n", seed: 4);
        folder.Photo("bare", null, seed: 5);
        File.WriteAllText(folder.Photo("text", Good, seed: 6), "no picture");
        folder.Label("orphan", Good);
        folder.Photo("judge", Good, seed: 7, "val");
        var before = Snapshot(folder.At());

        var report = CleanedCopy.Write(folder.Check(), folder.At("..", Path.GetFileName(folder.At()) + "-clean"),
            cancellationToken: TestContext.Current.CancellationToken);

        try
        {
            Assert.Equal((5, 3, 5), (report.Kept, report.LeftOut, report.Labels));
            Assert.Equal(before, Snapshot(folder.At()));
            Assert.Equal("1 0.85 0.5 0.3 0.5\n0 0.2 0.5 0.2 0.5\n",
                File.ReadAllText(Path.Combine(report.Folder, "labels", "train", "over.txt")));
            var again = DatasetCheck.Run(DatasetFormats.List([report.Folder], TestContext.Current.CancellationToken),
                cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal([FindingKind.MissingLabels, FindingKind.HugeBox], again.Findings.Select(finding => finding.Kind));
        }
        finally
        {
            Directory.Delete(report.Folder, recursive: true);
        }
    }

    [Fact]
    public void A_photo_that_is_listed_in_two_splits_is_lost_by_training()
    {
        using var folder = new CheckFolder();
        using var target = new TemporaryFolder();
        folder.Photo("alone", Good, seed: 1);
        var shared = folder.Photo("shared", Good, seed: 2, "val");
        File.WriteAllText(folder.At("data.yaml"), $"train: train.txt\nval: images/val\nnames: [a, b, c]\n");
        File.WriteAllText(folder.At("train.txt"), $"{folder.At("images", "train", "alone.png")}\n{shared}\n");

        var found = folder.Check();
        var report = CleanedCopy.Write(found, target.File("clean"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(found.Findings, finding => finding.Kind == FindingKind.IdenticalPhotoAcrossSplits && finding.Split == "train");
        Assert.True(File.Exists(Path.Combine(report.Folder, "images", "val", "shared.png")));
        Assert.False(File.Exists(Path.Combine(report.Folder, "images", "train", "shared.png")));
    }

    [Fact]
    public void Of_equal_photos_the_one_stays_that_has_labels_that_can_be_used()
    {
        using var folder = new CheckFolder();
        using var target = new TemporaryFolder();
        folder.Photo("a", "9 .5 .5 .3 .5\n", seed: 1);
        folder.Photo("b", Good, seed: 1);
        folder.Photo("c", null, seed: 2, "val");
        folder.Photo("d", Good, seed: 2);

        var report = CleanedCopy.Write(folder.Check(), target.File("clean"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((2, 2, 2), (report.Kept, report.LeftOut, report.Labels));
        Assert.Equal(["b.txt", "d.txt"], Directory.GetFiles(target.File("clean", "labels", "train")).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Named_doubts_are_left_out_too()
    {
        using var folder = new CheckFolder();
        using var target = new TemporaryFolder();
        folder.Photo("good", Good, seed: 1);
        folder.Photo("huge", "0 .5 .5 1 1\n", seed: 4);

        var report = CleanedCopy.Write(folder.Check(), target.File("clean"), [FindingKind.HugeBox], TestContext.Current.CancellationToken);

        Assert.Equal(1, report.LeftOut);
        Assert.False(File.Exists(target.File("clean", "images", "train", "huge.png")));
    }

    [Fact]
    public void Format_1_stays_format_1()
    {
        using var folder = new TemporaryFolder();
        var street = folder.File("street");
        SvhnFolders.Write(street, [new("1.png", [new(10, 5, 10, 20, 10), new(-3, 5, 10, 20, 2)]), new("2.png", [new(10, 5, 10, 20, 12)]),
            new("3.png", [])]);
        for (var i = 1; i <= 3; i++) PictureWriter.Write(Path.Combine(street, $"{i}.png"), CheckFolder.Look(i));

        var report = CleanedCopy.Write(CheckFolder.CheckSvhn(street), folder.File("clean"),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((2, 1), (report.Kept, report.LeftOut));
        var entries = DigitStruct.Read(folder.File("clean", "street", "digitStruct.mat"), TestContext.Current.CancellationToken);
        Assert.Equal(["1.png", "3.png"], entries.Select(entry => entry.FileName));
        Assert.Equal([new DigitStructBox(10, 5, 10, 20, 10), new DigitStructBox(0, 5, 7, 20, 2)], entries[0].Boxes);
        Assert.Empty(CheckFolder.CheckSvhn(folder.File("clean", "street")).Findings);
    }

    [Fact]
    public void A_place_within_the_data_or_with_other_things_in_it_is_refused_and_nothing_is_left()
    {
        using var folder = new CheckFolder();
        folder.Photo("good", Good, seed: 1);
        var report = folder.Check();
        using var other = new TemporaryFolder();
        File.WriteAllText(other.File("mine.txt"), "mine");

        Assert.Contains("lie within each other", Assert.Throws<EspalierException>(() => CleanedCopy.Write(report, folder.At("clean"),
            null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("is not empty", Assert.Throws<EspalierException>(() => CleanedCopy.Write(report, other.Path, null,
            TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("clean")));
        Assert.Equal(["mine.txt"], Directory.EnumerateFileSystemEntries(other.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Nothing_is_written_where_no_photo_is_left()
    {
        using var folder = new CheckFolder();
        using var target = new TemporaryFolder();
        folder.Photo("a", "9 .5 .5 .3 .5\n", seed: 1);
        folder.Photo("b", "9 .5 .5 .3 .5\n", seed: 2, "val");

        Assert.Throws<EspalierException>(() => CleanedCopy.Write(folder.Check(), target.File("clean"), null,
            TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFileSystemEntries(target.Path));
    }

    private static List<string> Snapshot(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}")];
}
