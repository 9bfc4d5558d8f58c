using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Views;
using Espalier.Tests.Checks;
using Espalier.Vision;

namespace Espalier.Tests.Views;

public sealed class DatasetViewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_same_seed_shows_the_same_photos_and_no_photo_twice()
    {
        var dataset = new DetectionDataset([.. Enumerable.Range(0, 50).Select(i => new DatasetEntry($"{i}", 10, 10, []))], ["a"], []);

        var first = DatasetView.Choose(dataset, new DatasetViewOptions { Count = 20, Seed = 4 });

        Assert.Equal(first, DatasetView.Choose(dataset, new DatasetViewOptions { Count = 20, Seed = 4 }));
        Assert.NotEqual(first, DatasetView.Choose(dataset, new DatasetViewOptions { Count = 20, Seed = 5 }));
        Assert.Equal(20, first.Distinct().Count());
        Assert.Equal(50, DatasetView.Choose(dataset, new DatasetViewOptions { Count = 60 }).Distinct().Count());
    }

    [Fact]
    public void A_small_photo_is_enlarged_and_its_label_stands_beside_the_box_not_on_it()
    {
        // A grey photo whose one box is filled with green.
        var photo = Picture.Filled(40, 20, 128, 128, 128);
        for (var y = 0; y < 20; y++)
        {
            for (var x = 15; x < 25; x++) (photo.Row(y)[3 * x], photo.Row(y)[3 * x + 1], photo.Row(y)[3 * x + 2]) = (0, 255, 0);
        }

        var dataset = Dataset(photo, new LabelledBox(0, new Box(15, 0, 25, 20)));

        var sheet = DatasetView.Compose(dataset, new DatasetViewOptions { CellWidth = 320 });

        var green = Enumerable.Range(0, sheet.Pixels.Length / 3)
            .Count(i => sheet.Pixels[3 * i] == 0 && sheet.Pixels[3 * i + 1] == 255 && sheet.Pixels[3 * i + 2] == 0);
        var (scale, frame) = (304 / 40.0, 2 * 4);
        Assert.InRange(green, (10 * scale - frame - 2 * scale) * (20 * scale - frame) * 0.95, 10 * scale * 20 * scale);
    }

    [Fact]
    public void Photos_of_every_shape_fit_their_cells()
    {
        foreach (var (width, height) in new[] { (500, 12), (12, 500), (300, 200) })
        {
            var sheet = DatasetView.Compose(Dataset(CheckFolder.Look(1, width, height), new LabelledBox(0, new Box(1, 1, 11, 11))),
                new DatasetViewOptions { CellWidth = 96 });
            Assert.True(sheet.Width >= 96 && sheet.Height <= 400, $"{width} × {height}: {sheet.Width} × {sheet.Height}");
        }
    }

    [Fact]
    public void Layouts_out_of_range_are_refused() =>
        Assert.Throws<OptionException>(() => DatasetView.Compose(Dataset(Picture.Filled(40, 20, 1, 2, 3)),
            new DatasetViewOptions { Count = 0 }));

    public void Dispose() => _folder.Dispose();

    private DetectionDataset Dataset(Picture photo, params LabelledBox[] labels)
    {
        PictureWriter.Write(_folder.File("photo.png"), photo);
        return new DetectionDataset([new DatasetEntry(_folder.File("photo.png"), photo.Width, photo.Height, labels)], ["a"], []);
    }
}
