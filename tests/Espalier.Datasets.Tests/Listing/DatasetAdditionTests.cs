using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Checks;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Listing;
using Espalier.Tests.Checks;
using Espalier.Vision;

namespace Espalier.Tests.Listing;

/// <summary>Photos of a folder, <c>more</c>, join a data set of the classes a, b, c with a photo in each of train and val.</summary>
public sealed class DatasetAdditionTests : IDisposable
{
    private const string Box = " 0.5 0.5 0.3 0.5\n";

    private readonly CheckFolder _set = new();
    private readonly TemporaryFolder _folder = new();

    public DatasetAdditionTests()
    {
        _set.Photo("old", "0" + Box, seed: 1);
        _set.Photo("judge", "1" + Box, seed: 2, "val");
    }

    private string More => _folder.File("more");

    [Fact]
    public void Classes_are_told_by_their_names_and_what_is_there_stays()
    {
        New("one", "0" + Box, seed: 11);
        New("two", "1" + Box, seed: 12);
        Classes("c", "a");
        var before = Content();

        var report = Add();

        Assert.Equal([new SplitContent("train", 1, 1), new SplitContent("val", 1, 1)], report.Splits);
        Assert.Empty(report.Problems);
        Assert.Equal("2" + Box, Label("train", "one"));
        Assert.Equal("0" + Box, Label("val", "two"));
        Assert.Equal(before.Count + 4, Content().Count);
        Assert.All(before, file => Assert.Equal(file.Value, Content()[file.Key]));
    }

    [Fact]
    public void Categories_of_COCO_are_told_by_their_names_too()
    {
        using var other = new CheckFolder("[b, c]");
        other.Photo("one", "0" + Box, seed: 11);
        other.Photo("two", "1" + Box, seed: 12);
        other.Photo("three", "1" + Box, seed: 13, "val");
        DatasetConversion.Convert(DatasetFormats.List([other.At("data.yaml")], Token), DatasetFormats.Named("coco"), More,
            cancellationToken: Token);

        Assert.Equal([new SplitContent("train", 2, 2), new SplitContent("val", 1, 1)], Add().Splits);

        Assert.Equal(("1" + Box, "2" + Box, "2" + Box), (Label("train", "one"), Label("train", "two"), Label("val", "three")));
    }

    [Fact]
    public void Labels_in_XML_alone_are_refused_and_not_taken_for_none()
    {
        New("one", "0" + Box, seed: 11);
        New("two", null, seed: 12);
        foreach (var name in new[] { "one.xml", "two.xml" }) File.WriteAllText(Path.Combine(More, name), "<annotation/>");

        Assert.Equal($"1 photos have their labels in XML, such as {Path.Combine(More, "two.xml")}, which is not read; labelImg's format "
            + "YOLO writes label files that are, and without the XML the photos count as not labelled.", Refusal());

        File.Delete(Path.Combine(More, "two.xml"));
        Assert.Equal(2, Add().Splits.Sum(split => split.Photos));
    }

    [Fact]
    public void Label_files_beside_the_photos_may_end_in_capitals()
    {
        New("one", null, seed: 11);
        File.WriteAllText(Path.Combine(More, "one.TXT"), "2" + Box);

        Add();

        Assert.Equal("2" + Box, Label("train", "one"));
    }

    [Theory]
    [InlineData("[a, b, c]")]
    [InlineData("[a, d, d]")]
    public void A_class_that_the_set_does_not_have_once_is_refused(string names)
    {
        File.WriteAllText(_set.At("data.yaml"), $"train: images/train\nval: images/val\nnames: {names}\n");
        New("one", "0" + Box, seed: 11);
        Classes("a", "d");

        Assert.Equal($"The class 'd' of {More} should be there once among those of {_set.At("data.yaml")}, which are {names[1..^1]}.",
            Refusal());
    }

    [Fact]
    public void Numbers_without_names_are_those_of_the_set_if_all_of_them_can_be()
    {
        New("one", "2" + Box, seed: 11);
        Add();
        Assert.Equal("2" + Box, Label("train", "one"));

        New("huge", "", seed: 12);
        using (var labels = File.OpenWrite(Path.Combine(More, "huge.txt"))) labels.SetLength((16 << 20) + 1); // Is not read.
        New("zero", "0" + Box + "3" + Box, seed: 13);

        Assert.Equal($"{Path.Combine(More, "zero.txt")}: row 2 has class 3, but only 0 to 2 have names in {_set.At("data.yaml")}, and no "
            + $"classes.txt in {More} says what its numbers mean.", Refusal());
    }

    [Fact]
    public void Of_ten_photos_two_are_judged_by_and_those_that_look_alike_are_not_parted()
    {
        for (var i = 0; i < 10; i++) New($"{i}", "0" + Box, seed: 10 + i);
        New("x", "0" + Box, CheckFolder.Look(10));
        New("y", "0" + Box, Brighter(CheckFolder.Look(18)));

        Add();

        Assert.Equal(["8", "9", "judge", "y"], Names("images", "val"));
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "old", "x"], Names("images", "train"));
        Assert.Equal(Names("images", "val"), Names("labels", "val"));
        Assert.Equal(Names("images", "train"), Names("labels", "train"));
    }

    [Fact]
    public void A_photo_is_parted_from_none_that_it_looks_like_be_they_unlike_each_other()
    {
        var (dark, middle) = (CheckFolder.Look(10), Brighter(CheckFolder.Look(10)));
        var bright = Brighter(middle);
        Assert.False(DuplicateFinder.LookAlike(PictureFingerprint.Of(dark), PictureFingerprint.Of(bright)));
        for (var i = 0; i < 10; i++) New($"{i}", "0" + Box, i == 8 ? bright : CheckFolder.Look(10 + i));
        New("x", "0" + Box, middle);

        Add();

        Assert.Equal(["9", "judge"], Names("images", "val"));
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "old", "x"], Names("images", "train"));
    }

    [Fact]
    public void A_photo_follows_the_one_of_the_set_that_it_looks_like_itself()
    {
        var look = CheckFolder.Look(1);
        _set.Photo("far", "0" + Box, Brighter(Brighter(Brighter(look))), "val");
        New("a", "0" + Box, Brighter(look));
        New("b", "0" + Box, Brighter(Brighter(look)));

        Add();

        Assert.Equal(["b", "far", "judge"], Names("images", "val"));
        Assert.Equal(["a", "old"], Names("images", "train"));
    }

    [Fact]
    public void What_looks_like_a_photo_of_the_set_follows_it()
    {
        _set.Photo("a_jpg.rf.1111", "0" + Box, seed: 3, "val");
        New("0", "0" + Box, Brighter(CheckFolder.Look(2)));
        New("1", "0" + Box, Brighter(CheckFolder.Look(1)));
        New("a_jpg.rf.2222", "0" + Box, seed: 11);

        Add();

        Assert.Equal(["0", "a_jpg.rf.1111", "a_jpg.rf.2222", "judge"], Names("images", "val"));
        Assert.Equal(["1", "old"], Names("images", "train"));
    }

    [Fact]
    public void What_the_set_has_is_left_out_and_counted_and_a_second_time_adds_nothing()
    {
        New("again", "2" + Box, seed: 1);
        New("one", "0" + Box, seed: 11);

        var report = Add();

        Assert.Equal([new SplitContent("train", 1, 1), new SplitContent("val", 0, 0)], report.Splits);
        var left = Assert.Single(report.Problems);
        Assert.Equal((FindingKind.IdenticalPhoto, true, Path.Combine(More, "again.png")), (left.Kind, left.PhotoSkipped, left.Path));
        Assert.Equal($"has the same pixels as {_set.At("images", "train", "old.png")}, whose labels stay: left out", left.Reason);
        Assert.Equal("0" + Box, Label("train", "old"));
        var before = Content();
        report = Add();
        Assert.Equal([new SplitContent("train", 0, 0), new SplitContent("val", 0, 0)], report.Splits);
        Assert.Equal(2, report.CountOf(FindingKind.IdenticalPhoto));
        Assert.Equal(before, Content());
    }

    [Fact]
    public void Another_split_gets_nothing_and_gives_nothing_away()
    {
        File.AppendAllText(_set.At("data.yaml"), "test: images/test\n");
        _set.Photo("secret", "0" + Box, seed: 3, "test");
        New("alike", "0" + Box, Brighter(CheckFolder.Look(3)));
        New("one", "0" + Box, seed: 11);
        New("same", "0" + Box, seed: 3);

        var report = Add();

        Assert.Equal([FindingKind.SimilarPhotoAcrossSplits, FindingKind.IdenticalPhoto], report.Problems.Select(problem => problem.Kind));
        Assert.Equal("looks like a photo of 'test', to which nothing is added: left out", report.Problems[0].Reason);
        Assert.Equal(["old", "one"], Names("images", "train"));
        Assert.Equal(["judge"], Names("images", "val"));
        Assert.Equal(["secret"], Names("images", "test"));
    }

    [Fact]
    public void Splits_of_the_folder_stay_and_those_that_the_set_does_not_have_are_dealt()
    {
        using var other = new CheckFolder();
        File.AppendAllText(other.At("data.yaml"), "test: images/test\n");
        for (var i = 0; i < 3; i++) other.Photo($"v{i}", "0" + Box, seed: 10 + i, "val");
        other.Photo("t", "0" + Box, seed: 13);
        for (var i = 0; i < 5; i++) other.Photo($"x{i}", "0" + Box, seed: 14 + i, "test");

        DatasetAddition.Add(other.At(), _set.At("data.yaml"), new ConversionOptions(), cancellationToken: Token);

        Assert.Equal(["judge", "v0", "v1", "v2", "x4"], Names("images", "val"));
        Assert.Equal(["old", "t", "x0", "x1", "x2", "x3"], Names("images", "train"));
    }

    [Fact]
    public void A_name_that_a_photo_or_a_label_file_has_is_given_to_no_other()
    {
        _set.Label("LEFT", "0" + Box);
        New("left", "1" + Box, seed: 11);
        New("old", "2" + Box, seed: 12, ending: ".jpg");
        New("z", "0" + Box, seed: 13);
        var before = Content();

        Add();

        Assert.Equal(("1" + Box, "2" + Box), (Label("train", "left-2"), Label("train", "old-2")));
        Assert.True(File.Exists(_set.At("images", "train", "old-2.jpg")));
        Assert.All(before, file => Assert.Equal(file.Value, Content()[file.Key]));
    }

    [Fact]
    public void Photos_without_labels_stay_so_and_damaged_ones_are_left_out()
    {
        New("bare", null, seed: 11);
        New("one", "0" + Box, seed: 12);
        File.WriteAllText(Path.Combine(More, "two.png"), "no picture");

        var report = Add();

        Assert.Equal([new SplitContent("train", 2, 1), new SplitContent("val", 0, 0)], report.Splits);
        Assert.Equal(FindingKind.UnreadablePhoto, Assert.Single(report.Problems).Kind);
        Assert.False(File.Exists(_set.At("labels", "train", "bare.txt")));
        Assert.True(File.Exists(_set.At("images", "train", "bare.png")));

        File.Delete(Path.Combine(More, "bare.png"));
        File.Delete(Path.Combine(More, "one.png"));
        Assert.StartsWith("None of the 1 photos of the split 'train' can be used", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train: train.txt\nval: images/val", "train")]
    [InlineData("train: images/train\nval: images/train", "val")]
    [InlineData("train: images/train\nval: [images/val, images/train]", "val")]
    [InlineData("train: images/train", "val")]
    [InlineData("train: images/train\nval: images/nothing", "val")]
    public void A_set_of_another_layout_is_refused(string splits, string split)
    {
        File.WriteAllText(_set.At("data.yaml"), $"{splits}\nnames: [a, b, c]\n");
        File.WriteAllText(_set.At("train.txt"), "images/train/old.png\n");
        New("one", "0" + Box, seed: 11);

        Assert.Equal($"The '{split}' of {_set.At("data.yaml")} is not the folder images/{split} beside it; only to such a data set photos "
            + $"are added, and espalier data convert {_set.At("data.yaml")} --output FOLDER makes one.", Refusal());
    }

    [Fact]
    public void A_folder_within_the_set_is_refused()
    {
        PictureWriter.Write(_set.At("new", "one.png"), CheckFolder.Look(11));

        Assert.Contains("lie within each other", Refusal(_set.At("new")), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_disk_is_full_nothing_is_added_and_what_a_killed_process_left_is_completed()
    {
        for (var i = 0; i < 3; i++) New($"{i}", $"{i}" + Box, seed: 11 + i);
        foreach (var fault in new[] { DiskFault.Full, DiskFault.Killed })
        {
            for (var step = 0; ; step++)
            {
                using var copy = new TemporaryFolder();
                var target = copy.File("set");
                foreach (var (name, content) in Content())
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, name))!);
                    File.WriteAllText(Path.Combine(target, name), content, System.Text.Encoding.Latin1);
                }

                var before = Content(target);
                var disk = new FaultyDisk(fault, step, copy.Path);
                Disk.Use(disk);
                var failure = Record.Exception(() => AddTo(target));
                Disk.Use(new FaultyDisk(fault, int.MaxValue, copy.Path));
                if (!disk.WentWrong)
                {
                    Disk.Use(null);
                    Assert.Null(failure);
                    Assert.True(step > 10, $"only {step} steps");
                    break;
                }

                if (failure is EspalierException) Assert.Equal(before, Content(target));
                AddTo(target);
                Disk.Use(null);
                Assert.Equal([target], Directory.GetFileSystemEntries(copy.Path));
                var photos = Content(target).Keys.Where(name => name.EndsWith(".png", StringComparison.Ordinal)).ToList();
                Assert.Equal(5, photos.Count);
                Assert.All(photos, photo => Assert.True(File.Exists(Path.Combine(target, Path.ChangeExtension(photo, ".txt")
                    .Replace("images", "labels", StringComparison.Ordinal))), $"{fault} at step {step}: {photo} has no labels"));
            }
        }
    }

    public void Dispose()
    {
        _set.Dispose();
        _folder.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ConversionReport Add() => AddTo(_set.At());

    private ConversionReport AddTo(string set) => DatasetAddition.Add(More, set, new ConversionOptions(), cancellationToken: Token);

    /// <summary>The sentence by which an addition is refused that changes nothing.</summary>
    private string Refusal(string? folder = null)
    {
        var before = Content();
        var message = Assert.ThrowsAny<EspalierException>(() =>
            DatasetAddition.Add(folder ?? More, _set.At("data.yaml"), new ConversionOptions(), cancellationToken: Token)).Message;
        Assert.Equal(before, Content());
        return message;
    }

    private void New(string name, string? labels, int seed, string ending = ".png") => New(name, labels, CheckFolder.Look(seed), ending);

    private void New(string name, string? labels, Picture picture, string ending = ".png")
    {
        PictureWriter.Write(Path.Combine(More, name + ending), picture);
        if (labels is not null) File.WriteAllText(Path.Combine(More, name + ".txt"), labels);
    }

    private void Classes(params string[] names) => File.WriteAllLines(Path.Combine(More, "classes.txt"), names);

    private string Label(string split, string name) => File.ReadAllText(_set.At("labels", split, name + ".txt"));

    /// <summary>The files of a part of a split, without their endings.</summary>
    private IEnumerable<string> Names(string part, string split) =>
        Directory.GetFiles(_set.At(part, split)).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    private Dictionary<string, string> Content(string? folder = null)
    {
        folder ??= _set.At();
        return Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file), file => File.ReadAllText(file, System.Text.Encoding.Latin1));
    }

    private static Picture Brighter(Picture picture) =>
        new(picture.Width, picture.Height, [.. picture.Pixels.Select(value => (byte)Math.Min(value + 3, 255))]);
}
