using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Tests.Voc;

public sealed class VocFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("set/Annotations/a.xml", "set/JPEGImages/a.png", "a.png")]
    [InlineData("set/VOC2007/Annotations/a.xml", "set/VOC2007/JPEGImages/a.png", "a.png")]
    [InlineData("set/Annotations/a.xml", "set/images/a.png", "a")]
    [InlineData("set/annotations/a.xml", "set/a.png", "a.png")]
    [InlineData("set/a.xml", "set/a.png", "C:\\photos\\other.png")]
    [InlineData("set/renamed.xml", "set/a.png", "C:\\photos\\a.png")]
    public void Photos_are_found_where_writers_put_them_and_boxes_are_theirs(string file, string photo, string name)
    {
        Photo(photo);
        Xml(file, name, Object("key", "10", "5", "30", "15") + Object("cup", "0", "0", "4.5", "4e1"));

        var set = Convert("set");

        Assert.Equal(["cup", "key"], set.ClassNames);
        Assert.Equal([new LabelledBox(1, new Box(10, 5, 30, 15)), new LabelledBox(0, new Box(0, 0, 4.5f, 40))],
            Assert.Single(set.Entries).Labels);
    }

    [Fact]
    public void The_challenge_itself_counts_pixels_from_one_to_the_last()
    {
        Photo("set/a.png");
        Xml("set/a.xml", "a.png", Object("cup", "1", "1", "60", "40"), database: "The VOC2007 Database");

        Assert.Equal(new Box(0, 0, 60, 40), Assert.Single(Assert.Single(Convert("set").Entries).Labels).Box);
    }

    [Fact]
    public void Parts_are_no_objects_difficult_objects_are_and_boxes_count_in_the_stated_size()
    {
        Photo("set/a.png");
        Xml("set/a.xml", "a.png", """
            <object><name>cup</name><difficult>1</difficult>
              <part><name>handle</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
              <bndbox><xmax>60</xmax><xmin>20</xmin><ymax>30</ymax><ymin>10</ymin></bndbox></object>
            """, width: 120, height: 80);

        var set = Convert("set");

        Assert.Equal(["cup"], set.ClassNames);
        Assert.Equal([new LabelledBox(0, new Box(10, 5, 30, 15))], Assert.Single(set.Entries).Labels);
    }

    [Fact]
    public void Splits_are_the_lists_and_a_photo_of_several_is_not_learned_from_where_it_judges()
    {
        foreach (var name in "abcde")
        {
            Photo($"set/JPEGImages/{name}.png");
            if (name != 'd') Xml($"set/Annotations/{name}.xml", $"{name}.png", Object("cup", "1", "1", "9", "9"));
        }

        Text("set/ImageSets/Main/train.txt", "a\nb.png\n");
        Text("set/ImageSets/Main/val.txt", "b\r\n\r\nd\r\n");
        Text("set/ImageSets/Main/trainval.txt", "a\nb\nc\nd\n");
        Text("set/ImageSets/Main/cup_train.txt", "e 1\n");

        var listing = List("set");

        Assert.Equal([("train", "a.png", true), ("val", "b.png", true), ("val", "d.png", false)], listing.Photos.Select(photo =>
            (photo.Split, Path.GetFileName(photo.Path), photo.ReadLabels(new PictureSize(60, 40)) is not null)));
        Assert.Contains("2 annotation files that no list", Assert.Single(listing.Findings).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_together_are_learned_from_where_nothing_tells_them_apart()
    {
        Photo("set/JPEGImages/a.png");
        Xml("set/Annotations/a.xml", "a.png", Object("cup", "1", "1", "9", "9"));
        Text("set/ImageSets/Main/trainval.txt", "a\n");

        Assert.Equal("train", Assert.Single(List("set").Photos).Split);
    }

    [Fact]
    public void Without_lists_folders_name_the_splits_and_numbers_are_classes_in_their_order()
    {
        foreach (var (folder, name) in new[] { ("train", "10"), ("valid", "9"), ("test", "2") })
        {
            Photo($"set/{folder}/a.png");
            Photo($"set/{folder}/empty.png");
            Xml($"set/{folder}/a.xml", "a.png", Object(name, "1", "1", "9", "9"));
        }

        var listing = List("set");

        Assert.Equal(["2", "9", "10"], listing.ClassNames);
        Assert.Equal(["train", "train", "val", "val", "test", "test"], listing.Photos.Select(photo => photo.Split));
        Assert.Equal([true, false], listing.Photos.Take(2).Select(photo => photo.ReadLabels(new PictureSize(60, 40)) is not null));
    }

    [Theory]
    [InlineData("<object><name>cup</name></object>", "no box")]
    [InlineData("<object><name>cup</name><robndbox><cx>3</cx></robndbox></object>", "no box")]
    [InlineData("<object><name>cup</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>x</xmax><ymax>9</ymax></bndbox></object>", "no numbers")]
    [InlineData("<object><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>", "no name")]
    [InlineData("<object><name>cup</name><bndbox><xmin>9</xmin><ymin>1</ymin><xmax>9</xmax><ymax>8</ymax></bndbox></object>", "out area")]
    [InlineData("<object>", "no XML that can be read: line")]
    public void A_photo_with_an_object_that_cannot_be_used_is_left_out(string broken, string reason)
    {
        Photo("set/a.png");
        Photo("set/b.png");
        Xml("set/a.xml", "a.png", Object("cup", "1", "1", "9", "9") + broken);
        Xml("set/b.xml", "b.png", Object("cup", "1", "1", "9", "9"));

        var report = DatasetConversion.Convert(List("set"), DatasetFormats.Named("yolo"), _folder.File("out"), cancellationToken: Token);

        Assert.Equal([new SplitContent("train", 1, 1)], report.Splits);
        Assert.Contains(report.Problems, problem => problem.Reason.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Boxes_of_another_photo_are_refused()
    {
        Photo("set/a.png");
        Xml("set/a.xml", "a.png", Object("cup", "1", "1", "9", "9"), width: 40, height: 60);

        Assert.Contains("belongs to a photo of 40 × 60", Assert.Throws<EspalierException>(() => Convert("set")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Annotations_without_a_photo_are_told_and_none_takes_another_s()
    {
        Photo("set/b.png");
        Xml("set/a.xml", "b.png", Object("key", "1", "1", "9", "9"));
        Xml("set/b.xml", "b.png", Object("cup", "1", "1", "9", "9"));

        var listing = List("set");

        Assert.EndsWith("b.xml", Assert.Single(listing.Photos).LabelPath, StringComparison.Ordinal);
        var finding = Assert.Single(listing.Findings);
        Assert.Equal((FindingKind.OrphanLabels, "a.xml"), (finding.Kind, Path.GetFileName(finding.Path)));
    }

    [Fact]
    public void Other_xml_is_none_and_yolo_s_rows_beside_it_count()
    {
        Photo("set/a.png");
        Text("set/notes.xml", "<notes/>");
        Text("set/half.xml", "<annot");
        Assert.Throws<EspalierException>(() => List("set"));

        Xml("set/a.xml", "a.png", Object("cup", "1", "1", "9", "9"));
        Assert.Equal("voc", List("set").Format.Name);

        Text("set/a.txt", "0 0.5 0.5 0.1 0.1\n");
        Assert.Throws<EspalierException>(() => List("set"));
    }

    [Fact]
    public void A_yolo_folder_comes_back_as_it_was()
    {
        for (var i = 0; i < 6; i++)
        {
            var split = i < 4 ? "train" : "val";
            Photo($"yolo/images/{split}/p{i % 4}.png");
            if (i != 3) Text($"yolo/labels/{split}/p{i % 4}.txt", i == 2 ? "" : $"{i % 2} 0.{i + 2} 0.5 0.{i + 1} 0.25\n");
        }

        Text("yolo/data.yaml", "train: images/train\nval: images/val\nnames: [\"a & b\", \"<c>\"]\n");
        DatasetConversion.Convert(List("yolo"), DatasetFormats.Named("voc"), _folder.File("voc"), cancellationToken: Token);
        var report = DatasetConversion.Convert(List("voc"), DatasetFormats.Named("yolo"), _folder.File("again"), cancellationToken: Token);

        Assert.Equal([new SplitContent("train", 4, 2), new SplitContent("val", 2, 2)], report.Splits);
        foreach (var split in new[] { "train", "val" })
        {
            var (before, after) = (Scan("yolo", split), Scan("again", split));
            // Classes have no order in this form but that of their names.
            Assert.Equal(before.Entries.SelectMany(entry => entry.Labels).Select(label => before.ClassNames[label.Class]),
                after.Entries.SelectMany(entry => entry.Labels).Select(label => after.ClassNames[label.Class]));
            Assert.All(before.Entries.SelectMany(entry => entry.Labels).Zip(after.Entries.SelectMany(entry => entry.Labels)), pair =>
            {
                Assert.Equal(pair.First.Box.Left, pair.Second.Box.Left, 1e-4);
                Assert.Equal(pair.First.Box.Bottom, pair.Second.Box.Bottom, 1e-4);
            });
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Object(string name, string left, string top, string right, string bottom) =>
        $"<object><name> {name} </name><bndbox><xmin>{left}</xmin><ymin>{top}</ymin><xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox>"
            + "</object>";

    private DatasetListing List(string path) => DatasetFormats.List([_folder.File(path)], Token);

    private DetectionDataset Scan(string folder, string split) =>
        DatasetScanner.Scan(DataConfiguration.Read(_folder.File(folder)), split, cancellationToken: Token);

    private DetectionDataset Convert(string path)
    {
        DatasetConversion.Convert(List(path), DatasetFormats.Named("yolo"), _folder.File("out"), cancellationToken: Token);
        return Scan("out", "train");
    }

    private void Photo(string path) => PictureWriter.Write(_folder.File(path), Picture.Filled(60, 40, 1, 2, 3));

    private void Text(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
        File.WriteAllText(_folder.File(path), text);
    }

    private void Xml(string path, string name, string objects, int width = 60, int height = 40, string database = "Unknown") =>
        Text(path, $"<?xml version=\"1.0\"?>\n<annotation><filename>{name}</filename><source><database>{database}</database></source>"
            + $"<size><width>{width}</width><height>{height}</height><depth>3</depth></size>{objects}</annotation>");
}
