using Espalier.Datasets;
using Espalier.Datasets.Yolo;
using FsCheck.Xunit;

namespace Espalier.Tests.Yolo;

public class LabelFileTests
{
    [Fact]
    public void Rows_are_class_and_box_whatever_the_spaces()
    {
        var content = LabelFile.Parse("0 0.5 0.5 0.25 0.5\r\n\n  3\t.25 .25 .1 .1  \n", 10);

        Assert.Equal([new LabelRow(0, .5, .5, .25, .5), new LabelRow(3, .25, .25, .1, .1)], content.Rows);
        Assert.Empty(content.Problems);
    }

    [Theory]
    [InlineData("0 .5 .5 .5", DatasetProblemKind.SenselessLabel)]
    [InlineData("0 .5 .5 .5 .5 .5", DatasetProblemKind.SenselessLabel)]
    [InlineData("0 .1 .1 .9 .1 .5 .9", DatasetProblemKind.SenselessLabel)]
    [InlineData("cat .5 .5 .5 .5", DatasetProblemKind.SenselessLabel)]
    [InlineData("0 .5 .5 nan .5", DatasetProblemKind.SenselessLabel)]
    [InlineData("0 .5 .5 1e999 .5", DatasetProblemKind.SenselessLabel)]
    [InlineData("-1 .5 .5 .5 .5", DatasetProblemKind.SenselessLabel)]
    [InlineData("1.5 .5 .5 .5 .5", DatasetProblemKind.SenselessLabel)]
    [InlineData("0 1.2 .5 .5 .5", DatasetProblemKind.SenselessLabel)]
    [InlineData("0 .5 -.5 .5 .5", DatasetProblemKind.SenselessLabel)]
    [InlineData("0 ,5 ,5 ,5 ,5", DatasetProblemKind.SenselessLabel)]
    [InlineData("0 .5 .5 0 .5", DatasetProblemKind.BoxWithoutArea)]
    [InlineData("0 .1 .1 .1 .1", DatasetProblemKind.DuplicateLabel)]
    public void A_row_that_cannot_be_used_is_left_out_and_told(string row, DatasetProblemKind kind)
    {
        var content = LabelFile.Parse($"0 .1 .1 .1 .1\n{row}\n", 10);

        Assert.Single(content.Rows);
        var problem = Assert.Single(content.Problems);
        Assert.Equal(kind, problem.Kind);
        Assert.StartsWith("row 2 ", problem.First, StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_over_the_edge_is_cut_to_the_photo()
    {
        var content = LabelFile.Parse("1 .1 .5 .4 .5", 10);

        var row = Assert.Single(content.Rows);
        Assert.Equal(.15, row.X, 12);
        Assert.Equal(.3, row.Width, 12);
        Assert.Equal(DatasetProblemKind.BoxClipped, Assert.Single(content.Problems).Kind);
    }

    [Fact]
    public void Rounding_at_the_edge_is_no_problem()
    {
        var content = LabelFile.Parse("0 .9995 .5 .0012 1.0001", 10);

        Assert.Empty(content.Problems);
        Assert.True(content.Rows[0].X + content.Rows[0].Width / 2 <= 1);
    }

    [Fact]
    public void The_first_class_without_a_name_is_told() => Assert.Equal((2, 12), LabelFile.Parse("1 .5 .5 .1 .1\n12 .5 .5 .1 .1\n13 .5 .5 .1 .1", 10).ForeignClass);

    [Property]
    public void Formatted_rows_read_back(ushort x, ushort y, ushort size, byte index)
    {
        var extent = .01 + size / 65535.0 * .2;
        var row = new LabelRow(index, .2 + x / 65535.0 * .5, .2 + y / 65535.0 * .5, extent, extent / 2);

        var read = Assert.Single(LabelFile.Parse(LabelFile.Format([row]), 256).Rows);

        Assert.Equal(row.Class, read.Class);
        Assert.Equal(row.X, read.X, 6e-9);
        Assert.Equal(row.Height, read.Height, 6e-9);
    }

    [Theory]
    [InlineData("/d/images/train/a.b.jpg", "/d/labels/train/a.b.txt")]
    [InlineData("/images/d/images/a.png", "/images/d/labels/a.txt")]
    [InlineData("/d/photos/a.png", "/d/photos/a.txt")]
    public void The_last_images_folder_becomes_labels(string photo, string label) => Assert.Equal(label, LabelPath.OfPhoto(photo));
}
