using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Checks;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Labels;
using Espalier.Datasets.Svhn;
using Espalier.Tests.Svhn;
using Espalier.Vision;

namespace Espalier.Tests.Checks;

public class DatasetCheckTests
{
    [Fact]
    public void A_sound_data_set_has_no_findings()
    {
        using var folder = new CheckFolder();
        for (var i = 0; i < 20; i++) folder.Photo($"p{i}", $"{i % 3} .5 .5 .3 .5\n", seed: i, i % 4 == 0 ? "val" : "train");

        var report = folder.Check();

        Assert.Empty(report.Findings);
        Assert.Equal((20, 20), (report.Photos, report.Labels));
    }

    [Fact]
    public void Each_label_that_is_wrong_is_found_with_its_row()
    {
        using var folder = new CheckFolder();
        folder.Photo("a", "0 .5 .5 .3 .5\n\n0 .5 x .3 .5\n3 .5 .5 .3 .5\n1 .5 .5 0 .5\n2 .9 .5 .4 .5\n0 .5 .5 .3 .5\n", seed: 1);

        var found = folder.Check().Findings.Select(finding => (finding.Kind, finding.Place));

        Assert.Equal(
            [
                (FindingKind.SenselessLabel, "row 3"), (FindingKind.WrongClass, "row 4"), (FindingKind.BoxWithoutArea, "row 5"),
                (FindingKind.BoxOverEdge, "row 6"), (FindingKind.DuplicateLabel, "row 7"),
            ],
            found);
    }

    [Fact]
    public void More_labels_than_training_accepts_are_found_and_not_compared_with_each_other()
    {
        using var folder = new CheckFolder();
        folder.Photo("crowd", string.Concat(Enumerable.Range(0, LabelRules.Most + 1)
            .Select(i => FormattableString.Invariant($"0 .5 .5 {.1 + i / 30000.0} .1\n"))), seed: 1);

        var finding = Assert.Single(folder.Check().Findings);

        Assert.Equal((FindingKind.UnreadableLabels, "holds 20001 rows, where at most 20000 are accepted"), (finding.Kind, finding.Reason));
    }

    [Theory]
    [InlineData("0 .5 .5 .03 .5", FindingKind.TinyBox)]
    [InlineData("0 .5 .5 1 .98", FindingKind.HugeBox)]
    [InlineData("0 .5 .5 .9 .1", FindingKind.ExtremeAspect)]
    [InlineData("0 .5 .5 .3 .5\n1 .51 .5 .3 .5", FindingKind.OverlappingLabels)]
    public void Boxes_that_can_hardly_be_right_are_doubtful(string labels, FindingKind kind)
    {
        using var folder = new CheckFolder();
        folder.Photo("a", labels + "\n", seed: 1);

        var finding = Assert.Single(folder.Check().Findings, finding => finding.Kind == kind);

        Assert.Equal(FindingSeverity.Doubtful, finding.Severity);
        Assert.NotNull(finding.Box);
    }

    [Fact]
    public void A_digit_wider_than_digits_are_is_doubtful_and_another_object_is_not()
    {
        using var letters = new CheckFolder();
        letters.Photo("a", "0 .5 .5 .6 .4\n", seed: 1);
        Assert.Empty(letters.Check().Findings);

        using var digits = new CheckFolder("['0', '1', '2']");
        digits.Photo("a", "0 .5 .5 .6 .4\n", seed: 1);
        Assert.Equal(FindingKind.ExtremeAspect, Assert.Single(digits.Check().Findings).Kind);
    }

    [Fact]
    public void Damaged_photos_and_lonely_files_are_found()
    {
        using var folder = new CheckFolder();
        var cut = folder.Photo("cut", "0 .5 .5 .3 .5\n", seed: 1);
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^30]);
        File.WriteAllText(folder.Photo("text", "0 .5 .5 .3 .5\n", seed: 2), "no picture");
        folder.Photo("tiny", "0 .5 .5 .3 .5\n", seed: 3, width: 9);
        var bare = folder.Photo("bare", null, seed: 4);
        var orphan = folder.Label("orphan", "0 .5 .5 .3 .5\n");

        var found = folder.Check().Findings.Select(finding => (finding.Kind, finding.Path));

        Assert.Equal(
            [
                (FindingKind.UnreadablePhoto, cut), (FindingKind.UnreadablePhoto, folder.At("images", "train", "text.png")),
                (FindingKind.TinyPhoto, folder.At("images", "train", "tiny.png")), (FindingKind.MissingLabels, bare),
                (FindingKind.OrphanLabels, orphan),
            ],
            found);
    }

    [Fact]
    public void A_split_that_was_not_exported_is_told_and_the_others_are_checked()
    {
        using var folder = new CheckFolder();
        folder.Photo("a", "0 .5 .5 .3 .5\n", seed: 1);
        File.AppendAllText(folder.At("data.yaml"), "test: ../test/images\n");

        var report = folder.Check();

        Assert.Equal((2, 2), (report.Photos, report.Labels));
        var finding = Assert.Single(report.Findings);
        Assert.Equal((FindingKind.MissingSplit, "test"), (finding.Kind, finding.Split));
    }

    [Fact]
    public void Train_that_is_not_there_is_refused_and_not_a_finding()
    {
        using var folder = new CheckFolder();
        folder.Photo("a", "0 .5 .5 .3 .5\n", seed: 1, "val");

        Assert.Contains("There is no folder", Assert.Throws<EspalierException>(() => DatasetFormats.List([folder.At("data.yaml")],
            TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b.heic")]
    [InlineData("b.gif")]
    [InlineData("b.jpg.part")]
    public void A_picture_that_is_not_read_is_named_and_so_is_its_label(string name)
    {
        using var folder = new CheckFolder();
        folder.Photo("a", "0 .5 .5 .3 .5\n", seed: 1);
        File.WriteAllText(folder.At("images", "train", name), "?");
        var label = folder.Label(Path.GetFileNameWithoutExtension(name), "0 .5 .5 .3 .5\n");

        var found = folder.Check().Findings;

        Assert.Equal([(FindingKind.UnreadFile, folder.At("images", "train", name)), (FindingKind.OrphanLabels, label)],
            found.Select(finding => (finding.Kind, finding.Path)));
        Assert.Contains(name, found[1].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.jfif")]
    [InlineData("a.MPO")]
    [InlineData("a.jpe")]
    public void Jpegs_under_other_endings_are_photos(string name)
    {
        using var folder = new CheckFolder();
        folder.Photo("filler", "0 .5 .5 .3 .5\n", seed: 1);
        File.WriteAllBytes(folder.At("images", "train", name), PictureWriter.EncodeJpeg(CheckFolder.Look(2)));
        folder.Label("a", "0 .5 .5 .3 .5\n");

        var report = folder.Check();

        Assert.Equal((3, 3), (report.Photos, report.Labels));
        Assert.Empty(report.Findings);
    }

    [Fact]
    public void Format_1_folders_are_checked_against_their_digitstruct()
    {
        using var folder = new TemporaryFolder();
        var street = folder.File("street");
        DigitStructEntry[] entries =
        [
            new("1.png", [new(10, 5, 10, 20, 1), new(-3, 5, 10, 20, 2)]),
            new("2.png", [new(10, 5, 10, 20, 11), new(70, 5, 10, 20, 3)]),
            new("3.png", []),
        ];
        SvhnFolders.Write(street, entries);
        for (var i = 1; i <= 4; i++) PictureWriter.Write(Path.Combine(street, $"{i}.png"), CheckFolder.Look(i));
        File.Delete(Path.Combine(street, "3.png"));

        var found = CheckFolder.CheckSvhn(street).Findings.Select(finding => (finding.Kind, Path.GetFileName(finding.Path), finding.Place));

        Assert.Equal(
            [
                (FindingKind.MissingPhoto, "3.png", ""), (FindingKind.WrongClass, "2.png", "box 1"),
                (FindingKind.BoxWithoutArea, "2.png", "box 2"),
                (FindingKind.BoxOverEdge, "1.png", "box 2"), (FindingKind.MissingLabels, "4.png", ""),
            ],
            found);
    }

    [Fact]
    public void A_check_can_be_stopped()
    {
        using var folder = new TemporaryFolder();
        var source = DatasetFormats.List([SvhnFolders.Write(folder.File("street"), SvhnFolders.Entries(5, seed: 1)).Folder],
            TestContext.Current.CancellationToken);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => DatasetCheck.Run(source, cancellationToken: cancelled.Token));
    }

    [Fact]
    public void Every_kind_has_a_name_of_its_own_and_a_remedy() =>
        Assert.Equal(Enum.GetValues<FindingKind>().Length, FindingKinds.All.Where(kind => kind.Remedy.Length > 0)
            .Select(kind => kind.Name).Distinct().Count());
}
