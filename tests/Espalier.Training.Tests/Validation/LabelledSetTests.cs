using Espalier.Datasets.Yolo;
using Espalier.Tests;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Training.Tests.Validation;

public class LabelledSetTests
{
    [Fact]
    public void Pictures_without_a_label_file_are_told_and_those_with_an_empty_one_are_not()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a", "b", "c" })
            PictureWriter.Write(folder.File("images", "train", name + ".png"), Picture.Filled(20, 20, 1, 2, 3));
        Directory.CreateDirectory(folder.File("labels", "train"));
        File.WriteAllText(folder.File("labels", "train", "a.txt"), "0 .5 .5 .5 .5\n");
        File.WriteAllText(folder.File("labels", "train", "b.txt"), "");
        File.WriteAllText(folder.File("data.yaml"), "train: images/train\nnames: [a]\n");
        var notes = new List<string>();

        var dataset = LabelledSet.Open(DataConfiguration.Read(folder.File("data.yaml")), "train", null, notes.Add,
            TestContext.Current.CancellationToken);

        Assert.Equal(3, dataset.Entries.Count);
        Assert.Equal(["'train': 1 of 3 pictures without a label file: they count as backgrounds"], notes);
    }
}
