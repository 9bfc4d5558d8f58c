using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Tests.Coco;

public sealed class CocoFormatTests : IDisposable
{
    private const string Categories = "\"categories\": [{\"id\": 7, \"name\": \"key\"}, {\"id\": 3, \"name\": \"cup\"}]";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("annotations/instances_train2017.json", "train2017/a.png", "a.png")]
    [InlineData("train/_annotations.coco.json", "train/a.png", "a.png")]
    [InlineData("instances.json", "images/a.png", "a.png")]
    [InlineData("instances.json", "images/deep/a.png", "images\\\\deep\\\\a.png")]
    [InlineData("annotations/instances_train.json", "images/train/a.png", "a.png")]
    public void Photos_are_found_where_writers_put_them_and_boxes_are_theirs(string file, string photo, string name)
    {
        Photo(photo);
        Json(file, name, "{\"id\": 1, \"image_id\": 5, \"category_id\": 7, \"bbox\": [10, 5, 20, 10]}, {\"id\": 2, \"image_id\": 5, "
            + "\"category_id\": 3, \"bbox\": [0, 0, 4, 40]}");

        var set = Convert(file);

        Assert.Equal(["cup", "key"], set.ClassNames);
        Assert.Equal([new LabelledBox(1, new Box(10, 5, 30, 15)), new LabelledBox(0, new Box(0, 0, 4, 40))],
            Assert.Single(set.Entries).Labels);
    }

    [Fact]
    public void A_yolo_folder_comes_back_from_coco_as_it_was()
    {
        for (var i = 0; i < 6; i++)
        {
            var split = i < 4 ? "train" : "val";
            Photo($"yolo/images/{split}/p{i}.png");
            Text($"yolo/labels/{split}/p{i}.txt", i == 2 ? "" : $"{i % 2} 0.{i + 2} 0.5 0.{i + 1} 0.25\n");
        }

        Text("yolo/data.yaml", "train: images/train\nval: images/val\nnames: [cup, key]\n");
        DatasetConversion.Convert(List("yolo"), DatasetFormats.Named("coco"), _folder.File("coco"), cancellationToken: Token);
        var report = DatasetConversion.Convert(List("coco"), DatasetFormats.Named("yolo"), _folder.File("again"), cancellationToken: Token);

        Assert.Equal([new SplitContent("train", 4, 3), new SplitContent("val", 2, 2)], report.Splits);
        foreach (var split in new[] { "train", "val" })
        {
            var (before, after) = (Scan("yolo", split), Scan("again", split));
            Assert.Equal(before.Entries.Select(entry => Path.GetFileName(entry.Path)),
                after.Entries.Select(entry => Path.GetFileName(entry.Path)));
            foreach (var (own, other) in before.Entries.SelectMany(entry => entry.Labels)
                .Zip(after.Entries.SelectMany(entry => entry.Labels)))
            {
                Assert.Equal(own.Class, other.Class);
                Assert.Equal(own.Box.Left, other.Box.Left, 1e-4);
                Assert.Equal(own.Box.Bottom, other.Box.Bottom, 1e-4);
            }
        }
    }

    [Theory]
    [InlineData("\"bbox\": [10, 5, 20, 10], \"iscrowd\": 1", "crowd")]
    [InlineData("\"bbox\": [10, 5, 20, 10], \"iscrowd\": true", "crowd")]
    [InlineData("\"bbox\": [10, 5, 20]", "no box")]
    [InlineData("\"segmentation\": {\"counts\": [1, 2], \"size\": [40, 60]}", "no box")]
    [InlineData("\"bbox\": [10, 5, 0, 10]", "without area")]
    public void A_photo_with_an_object_that_has_no_usable_box_is_left_out_unless_asked_for(string box, string reason)
    {
        Photo("a.png");
        Json("set.json", "a.png", """{"id": 1, "image_id": 5, "category_id": 7, "bbox": [1, 1, 9, 9]}, """
            + $$"""{"id": 2, "image_id": 5, "category_id": 7, {{box}}}""");

        var message = Assert.Throws<EspalierException>(() => Convert("set.json")).Message;

        Assert.Contains("annotation 2", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Single(Assert.Single(Convert("set.json", keepPartial: true).Entries).Labels);
    }

    [Fact]
    public void An_object_without_a_box_has_the_one_around_its_polygons()
    {
        Photo("a.png");
        Json("set.json", "a.png", "{\"id\": 1, \"image_id\": 5, \"category_id\": 7, \"segmentation\": [[10, 5, 20, 5, 20, 15], [25, 10, "
            + "30, 8, 28, 12]]}");

        Assert.Equal(new Box(10, 5, 30, 15), Convert("set.json").Entries[0].Labels[0].Box);
    }

    [Fact]
    public void Crowds_may_be_told_by_false_sizes_be_unknown_and_numbers_be_texts()
    {
        Photo("a.png");
        Text("set.json", "{\"images\": [{\"id\": \"5\", \"file_name\": \"a.png\", \"width\": null, \"height\": null}], \"annotations\": "
            + "[{\"id\": \"1\", \"image_id\": \"5\", \"category_id\": 7, \"bbox\": [10, 5, 20, 10], \"iscrowd\": false}], "
            + $"{Categories}}}");

        Assert.Equal(new Box(10, 5, 30, 15), Convert("set.json").Entries[0].Labels[0].Box);
    }

    [Fact]
    public void Roboflows_empty_supercategory_is_no_class()
    {
        Photo("a.png");
        Text("set.json", "{\"images\": [{\"id\": 0, \"file_name\": \"a.png\", \"width\": 60, \"height\": 40}], \"annotations\": [{\"id\": "
            + "0, \"image_id\": 0, \"category_id\": 1, \"bbox\": [1, 1, 9, 9]}], "
                + "\"categories\": [{\"id\": 0, \"name\": \"things\", \"supercategory\": \"none\"}, {\"id\": 1, \"name\": \"cup\", "
                    + "\"supercategory\": \"things\"}]}"
        );

        var set = Convert("set.json");

        Assert.Equal(["cup"], set.ClassNames);
        Assert.Equal(0, set.Entries[0].Labels[0].Class);
    }

    [Fact]
    public void A_photo_that_was_made_smaller_since_keeps_its_boxes_and_another_one_is_refused()
    {
        Photo("a.png");
        Json("set.json", "a.png", "{\"id\": 1, \"image_id\": 5, \"category_id\": 7, \"bbox\": [20, 10, 40, 20]}", width: 120, height: 80);
        Json("other.json", "a.png", "{\"id\": 1, \"image_id\": 5, \"category_id\": 7, \"bbox\": [20, 10, 40, 20]}", width: 80, height: 120);

        Assert.Equal(new Box(10, 5, 30, 15), Convert("set.json").Entries[0].Labels[0].Box);
        Assert.Contains("80 × 120", Assert.Throws<EspalierException>(() => Convert("other.json")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"images\": [{\"id\": 1}], \"categories\": [{\"id\": 1, \"name\": \"a\"}]}", "without a file name")]
    [InlineData("{\"images\": [], \"annotations\": []}", "lacks images or categories")]
    [InlineData("{\"images\": [], \"annotations\": [", "line")]
    [InlineData("{\"images\": [], \"annotations\": [{\"id\": ", "line 1, at $.annotations[0].id.")]
    [InlineData("{\"images\": {\"id\": 1}}", "line 1, at $.images, where a list is wanted.")]
    [InlineData("{\"images\": [{\"id\": \"a\"}]}", "line 1, at $.images[0].id, where a whole number is wanted.")]
    [InlineData("{\"annotations\": [{\"bbox\": [1, null]}]}", "line 1, at $.annotations[0].bbox[1], where four numbers are wanted.")]
    [InlineData("{\"images\": [], \"annotations\": [{\"iscrowd\": \"no\"}]}",
        "line 1, at $.annotations[0].iscrowd, where 0 or 1 is wanted.")]
    [InlineData("{\"images\": [], \"categories\": [{\"id\": 1, \"name\": \"a\"}]}", "names no photo")]
    public void A_file_that_cannot_be_used_is_refused_in_a_sentence(string text, string part)
    {
        Text("set.json", text);
        Assert.Contains(part, Assert.Throws<EspalierException>(() => List("set.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_photo_that_several_files_name_is_there_once_and_not_learned_from_where_it_judges()
    {
        foreach (var (file, names) in new[] { ("all", "abc"), ("train", "ab"), ("val", "c") })
        {
            foreach (var name in names) Photo($"set/images/{name}.png");
            Text($"set/{file}.json", "{\"images\": ["
                + string.Join(", ", names.Select(name => $"{{\"id\": {name - 'a'}, \"file_name\": \"{name}.png\"}}"))
                + $"], \"annotations\": [], {Categories}}}");
        }

        var listing = List("set");

        Assert.Equal([("train", "a.png"), ("train", "b.png"), ("val", "c.png")],
            listing.Photos.Select(photo => (photo.Split, Path.GetFileName(photo.Path))));
        Assert.Equal(
            [
                (FindingKind.IdenticalPhotoAcrossSplits, "c.png"), (FindingKind.PhotoListedTwice, "a.png"),
                (FindingKind.PhotoListedTwice, "b.png"),
            ],
            listing.Findings.Select(finding => (finding.Kind, Path.GetFileName(finding.Path))));
    }

    [Theory]
    [InlineData("instances_train2017.json", "train")]
    [InlineData("val2017.json", "val")]
    [InlineData("instances_minival2014.json", "val")]
    [InlineData("instances_valminusminival2014.json", "val")]
    [InlineData("image_info_test-dev2015.json", "test")]
    [InlineData("valid/_annotations.coco.json", "val")]
    [InlineData("instancesVal.json", "val")]
    [InlineData("TEST.json", "test")]
    [InlineData("train_of_test.json", "train")]
    [InlineData("valve.json", "train")]
    [InlineData("interval.json", "train")]
    [InlineData("latest.json", "train")]
    public void A_file_is_the_split_that_a_word_of_its_name_says(string file, string split)
    {
        Json(file, "a.png", "");

        Assert.Equal(split, Assert.Single(List(file).Photos).Split);
    }

    [Fact]
    public void A_file_that_links_lead_to_again_is_read_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a permission there");
        Photo("set/a.png");
        Json("set/train.json", "a.png", "");
        Directory.CreateSymbolicLink(_folder.File("set", "again"), ".");

        Assert.Equal([_folder.File("set", "a.png")], List("set").Photos.Select(photo => photo.Path));
    }

    [Fact]
    public void Annotations_of_no_image_are_told()
    {
        Photo("a.png");
        Json("set.json", "a.png", "{\"id\": 1, \"image_id\": 6, \"category_id\": 7, \"bbox\": [20, 10, 40, 20]}");

        var finding = Assert.Single(List("set.json").Findings);

        Assert.Equal(FindingKind.OrphanLabels, finding.Kind);
        Assert.Contains("1 annotations", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_form_recognizes_is_told()
    {
        Text("notes.json", "{\"a\": 1}");
        Directory.CreateDirectory(_folder.File("empty"));

        Assert.Contains("is no data set", Assert.Throws<EspalierException>(() => List("notes.json")).Message, StringComparison.Ordinal);
        Assert.Contains("neither a data.yaml nor a digitStruct.mat", Assert.Throws<EspalierException>(() => List("empty")).Message,
            StringComparison.Ordinal);
        Assert.Contains("There is no file or folder", Assert.Throws<EspalierException>(() => List("gone")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_form_has_a_name_of_its_own() =>
        Assert.Equal(DatasetFormats.All, DatasetFormats.All.Select(format => DatasetFormats.Named(format.Name)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DatasetListing List(string path) => DatasetFormats.List([_folder.File(path)], Token);

    private DetectionDataset Scan(string folder, string split) =>
        DatasetScanner.Scan(DataConfiguration.Read(_folder.File(folder)), split, cancellationToken: Token);

    private DetectionDataset Convert(string path, bool keepPartial = false)
    {
        var options = new ConversionOptions { KeepPartial = keepPartial, Overwrite = true };
        DatasetConversion.Convert(List(path), DatasetFormats.Named("yolo"), _folder.File("out"), options, cancellationToken: Token);
        return Scan("out", "train");
    }

    private void Photo(string path) => PictureWriter.Write(_folder.File(path), Picture.Filled(60, 40, 1, 2, 3));

    private void Text(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
        File.WriteAllText(_folder.File(path), text);
    }

    private void Json(string path, string name, string annotations, int width = 60, int height = 40) =>
        Text(path, $"{{\"images\": [{{\"id\": 5, \"file_name\": \"{name}\", \"width\": {width}, \"height\": {height}}}], \"annotations\": "
            + $"[{annotations}], {Categories}}}");
}
