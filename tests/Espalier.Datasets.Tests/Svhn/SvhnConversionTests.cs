using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Tests.Svhn;

public class SvhnConversionTests
{
    private static readonly string[] UsualSplit = ["train=photos:1-200,rebuilt:!*0", "val=rebuilt:*0", "photos=photos:201-256"];

    [Fact]
    public void The_usual_split_of_the_shared_pictures_has_the_numbers_that_are_known()
    {
        var sources = new[] { "photos", "rebuilt" }.Select(name => SvhnSource.FromFolder(SharedMaterial.Require("data", "svhn", name)))
            .ToList();
        using var folder = new TemporaryFolder();
        var cancellation = TestContext.Current.CancellationToken;

        var report = SvhnConverter.Convert(sources, folder.File("svhn"), SplitRule.Parse(UsualSplit),
            new ConversionOptions { KeepPartial = true }, cancellationToken: cancellation);

        Assert.Equal(new SplitContent("photos", 56, 122), report.Splits[2]);
        Assert.Equal(new SplitContent("val", 478, 972), report.Splits[1]);
        Assert.Equal(256 + 4776, report.Splits.Sum(split => split.Photos) + report.Unassigned);
        Assert.Equal(554 + 9513, report.Splits.Sum(split => split.Boxes) + report.CountOf(FindingKind.BoxWithoutArea));
        Assert.Equal(0, report.Unassigned);

        var configuration = DataConfiguration.Read(report.Configuration);
        Assert.Equal(["photos", "train", "val"], configuration.Splits.Keys.Order());
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var cold = DatasetScanner.Scan(configuration, "train", cancellationToken: cancellation);
        TestContext.Current.TestOutputHelper?.WriteLine($"cold {watch.ElapsedMilliseconds} ms");
        watch.Restart();
        var warm = DatasetScanner.Scan(configuration, "train", cancellationToken: cancellation);
        TestContext.Current.TestOutputHelper?.WriteLine($"warm {watch.ElapsedMilliseconds} ms");
        Assert.True(cold.ClassesAreDigits);
        Assert.Equal(report.Splits[0].Photos, cold.Entries.Count);
        Assert.Equal(report.Splits[0].Boxes, DatasetStatistics.Of(cold)
            .Objects + cold.Problems.Where(problem => problem.Kind == FindingKind.DuplicateLabel).Sum(problem => problem.Count));
        Assert.Equivalent(cold, warm, strict: true);
    }

    [Fact]
    public void Boxes_are_shares_of_the_photo_after_clipping_and_what_cannot_be_used_is_counted()
    {
        DigitStructBox[] boxes = [new(10, 20, 30, 40, 10), new(-5, 0, 15, 10, 3), new(100, 0, 5, 5, 4), new(1, 1, 0, 5, 4),
            new(1, 1, 5, 5, 12)];

        var content = LabelRules.Apply(SvhnFormat.Claims(boxes, new PictureSize(100, 80)));

        Assert.Equal([new LabelRow(0, .25, .5, .3, .5), new LabelRow(3, .05, .0625, .1, .125)], content.Rows);
        Assert.Equal([(FindingKind.BoxOverEdge, 1), (FindingKind.BoxWithoutArea, 2), (FindingKind.WrongClass, 1)],
            content.Problems.Select(problem => (problem.Kind, problem.Count)).ToArray());
    }

    [Theory]
    [InlineData(PhotoPlacement.Copy)]
    [InlineData(PhotoPlacement.HardLink)]
    public void Folders_with_the_same_numbers_become_one_data_set(PhotoPlacement placement)
    {
        using var folder = new TemporaryFolder();
        var entries = SvhnFolders.Entries(20, seed: 1);
        SvhnSource[] sources = [SvhnFolders.Write(folder.File("a"), entries), SvhnFolders.Write(folder.File("b"), entries)];

        var report = SvhnConverter.Convert(
            sources,
            folder.File("out"),
            options: new ConversionOptions { Placement = placement },
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal([36, 4], report.Splits.Select(split => split.Photos).ToArray());
        Assert.Equal(File.ReadAllBytes(folder.File("b", "7.png")), File.ReadAllBytes(folder.File("out", "images", "train", "b_7.png")));
        Assert.True(File.Exists(folder.File("out", "labels", "val", "a_20.txt")));
        Assert.Equal(20, Directory.GetFiles(folder.File("a"), "*.png").Length);
    }

    [Fact]
    public void Converted_boxes_come_back_from_the_scan_in_pixels()
    {
        using var folder = new TemporaryFolder();
        var entries = SvhnFolders.Entries(30, seed: 5);
        var report = SvhnConverter.Convert([SvhnFolders.Write(folder.File("a"), entries)], folder.File("out"),
            cancellationToken: TestContext.Current.CancellationToken);

        var dataset = DatasetScanner.Scan(DataConfiguration.Read(report.Configuration), "train",
            cancellationToken: TestContext.Current.CancellationToken);

        foreach (var entry in dataset.Entries)
        {
            var expected = entries.Single(candidate => Path.GetFileName(entry.Path) == "a_" + candidate.FileName);
            Assert.Equal(expected.Boxes.Count, entry.Labels.Count);
            foreach (var (box, label) in expected.Boxes.Zip(entry.Labels))
            {
                Assert.Equal(box.Digit, label.Class);
                Assert.Equal(box.Left, label.Box.Left, 1e-4);
                Assert.Equal(Math.Min(box.Top + box.Height, 40), label.Box.Bottom, 1e-4);
            }
        }
    }

    [Fact]
    public void Missing_and_damaged_photos_are_left_out_and_counted()
    {
        using var folder = new TemporaryFolder();
        var source = SvhnFolders.Write(folder.File("a"), SvhnFolders.Entries(20, seed: 2));
        File.Delete(folder.File("a", "3.png"));
        File.WriteAllBytes(folder.File("a", "4.png"), File.ReadAllBytes(folder.File("a", "4.png"))[..60]);
        File.WriteAllText(folder.File("a", "5.png"), "no picture");

        var report = SvhnConverter.Convert([source], folder.File("out"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(15, report.Splits[0].Photos);
        Assert.Equal(1, report.CountOf(FindingKind.MissingPhoto));
        Assert.Equal(2, report.CountOf(FindingKind.UnreadablePhoto));
        Assert.False(File.Exists(folder.File("out", "labels", "train", "a_4.txt")));
    }

    [Fact]
    public void What_cannot_be_converted_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        var source = SvhnFolders.Write(folder.File("a"), SvhnFolders.Entries(20, seed: 3));
        var twin = SvhnFolders.Write(folder.File("x", "a"), SvhnFolders.Entries(2, seed: 3));
        Directory.CreateDirectory(folder.File("full"));
        File.WriteAllText(folder.File("full", "precious.txt"), "");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Contains("called 'a'", Refusal("out", [source, twin]), StringComparison.Ordinal);
        Assert.Contains("takes none", Refusal("out", [source], "train=a", "val=a:99"), StringComparison.Ordinal);
        Assert.Contains("two splits", Refusal("out", [source], "train=a", "val=a:*0"), StringComparison.Ordinal);
        Assert.Contains("speaks of 'b'", Refusal("out", [source], "train=b"), StringComparison.Ordinal);
        Assert.Contains("not empty", Refusal("full", [source]), StringComparison.Ordinal);
        Assert.Contains("within each other", Refusal(Path.Combine("a", "out"), [source]), StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => SvhnConverter.Convert([source], folder.File("out"),
            cancellationToken: cancelled.Token));
        Assert.Equal(["a", "full", "x"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());

        string Refusal(string output, SvhnSource[] sources, params string[] rule) =>
            Assert
                .ThrowsAny<EspalierException>(() =>
                    SvhnConverter.Convert(
                        sources,
                        folder.File(output),
                        rule.Length > 0 ? SplitRule.Parse(rule) : null,
                        cancellationToken: TestContext.Current.CancellationToken
                    )
                )
                .Message;
    }

    [Fact]
    public void A_data_set_is_replaced_only_when_asked()
    {
        using var folder = new TemporaryFolder();
        var source = SvhnFolders.Write(folder.File("a"), SvhnFolders.Entries(20, seed: 4));
        Convert(overwrite: false);
        File.WriteAllText(folder.File("out", "labels", "train", "stale.txt"), "");

        Assert.Throws<EspalierException>(() => Convert(overwrite: false));
        Convert(overwrite: true);

        Assert.False(File.Exists(folder.File("out", "labels", "train", "stale.txt")));
        Assert.Equal(["a", "out"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());

        // What is no part of a data set is never thrown away with one.
        Directory.CreateDirectory(folder.File("out", "runs"));
        Assert.Contains("there is 'runs' too, which would be lost", Assert.Throws<EspalierException>(() => Convert(overwrite: true))
            .Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(folder.File("out", "runs")));

        void Convert(bool overwrite) => SvhnConverter.Convert(
                [source],
                folder.File("out"),
                options: new ConversionOptions { Overwrite = overwrite },
                cancellationToken: TestContext.Current.CancellationToken
            );
    }

    [Fact]
    public void A_photo_that_is_a_symbolic_link_is_linked_by_what_it_leads_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a permission there");
        using var folder = new TemporaryFolder();
        var source = SvhnFolders.Write(folder.File("a"), SvhnFolders.Entries(20, seed: 1));
        Directory.CreateDirectory(folder.File("kept"));
        File.Move(folder.File("a", "7.png"), folder.File("kept", "7.png"));
        File.CreateSymbolicLink(folder.File("a", "7.png"), "../kept/7.png");

        SvhnConverter.Convert([source], folder.File("out"), options: new ConversionOptions { Placement = PhotoPlacement.HardLink },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(File.ReadAllBytes(folder.File("kept", "7.png")), File.ReadAllBytes(folder.File("out", "images", "train", "a_7.png")));
    }

    [Fact]
    public void Photos_of_several_folders_that_share_a_name_are_written_as_format_1()
    {
        using var folder = new TemporaryFolder();
        var cancellation = TestContext.Current.CancellationToken;
        foreach (var part in new[] { "a", "b" })
        {
            PictureWriter.Write(folder.File("set", "images", "train", part, "1.png"), Picture.Filled(40, 40, 1, 2, 3));
            Directory.CreateDirectory(folder.File("set", "labels", "train", part));
            File.WriteAllText(folder.File("set", "labels", "train", part, "1.txt"), "2 0.5 0.5 0.5 0.25\n");
        }

        File.WriteAllText(folder.File("set", "data.yaml"), "train: images/train\nnames: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n");

        DatasetConversion.Convert(DatasetFormats.List([folder.File("set")], cancellation), new SvhnFormat(), folder.File("out"),
            cancellationToken: cancellation);

        var entries = DigitStruct.Read(folder.File("out", "train", "digitStruct.mat"), cancellation);
        Assert.Equal(["1.png", "1-2.png"], entries.Select(entry => entry.FileName));
        Assert.True(File.Exists(folder.File("out", "train", "1-2.png")));
    }

    [Theory]
    [InlineData("../1.png")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    public void A_name_that_leads_elsewhere_is_refused(string name)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("a"));
        DigitStructWriter.Write(folder.File("a", "digitStruct.mat"), [new DigitStructEntry(name, []), new DigitStructEntry("2.png", [])]);

        var exception = Assert.Throws<EspalierException>(() =>
            SvhnConverter.Convert(
                [SvhnSource.FromFolder(folder.File("a"))],
                folder.File("out"),
                cancellationToken: TestContext.Current.CancellationToken
            )
        );

        Assert.Contains("no plain file name", exception.Message, StringComparison.Ordinal);
    }
}
