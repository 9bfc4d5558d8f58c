using Espalier.Datasets.Findings;
using Espalier.Datasets.Labels;
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
    [InlineData("0 .5 .5 .5", FindingKind.SenselessLabel)]
    [InlineData("0 .5 .5 .5 .5 .5", FindingKind.SenselessLabel)]
    [InlineData("0 .1 .1 .9 .1 .5", FindingKind.SenselessLabel)]
    [InlineData("0 .1 .1 .9 .1 .5 .9 .5", FindingKind.SenselessLabel)]
    [InlineData("0 .1 .1 .9 1.2 .5 .9", FindingKind.SenselessLabel)]
    [InlineData("0 .1 .1 .9 .x .5 .9", FindingKind.SenselessLabel)]
    [InlineData("0 .1 .1 .1 .5 .1 .9", FindingKind.BoxWithoutArea)]
    [InlineData("12 .1 .1 .2 .2", FindingKind.WrongClass)]
    [InlineData("cat .5 .5 .5 .5", FindingKind.SenselessLabel)]
    [InlineData("0 .5 .5 nan .5", FindingKind.SenselessLabel)]
    [InlineData("0 .5 .5 1e999 .5", FindingKind.SenselessLabel)]
    [InlineData("-1 .5 .5 .5 .5", FindingKind.SenselessLabel)]
    [InlineData("1.5 .5 .5 .5 .5", FindingKind.SenselessLabel)]
    [InlineData("0 1.2 .5 .5 .5", FindingKind.SenselessLabel)]
    [InlineData("0 .5 -.5 .5 .5", FindingKind.SenselessLabel)]
    [InlineData("0 ,5 ,5 ,5 ,5", FindingKind.SenselessLabel)]
    [InlineData("0 .5 .5 0 .5", FindingKind.BoxWithoutArea)]
    [InlineData("0 .1 .1 .1 .1", FindingKind.DuplicateLabel)]
    public void A_row_that_cannot_be_used_is_left_out_and_told(string row, FindingKind kind)
    {
        var content = LabelFile.Parse($"0 .1 .1 .1 .1\n{row}\n", 10);

        Assert.Single(content.Rows);
        var problem = Assert.Single(content.Problems);
        Assert.Equal(kind, problem.Kind);
        Assert.StartsWith("row 2 ", problem.First, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2 .1 .2 .5 .2 .3 .6", .1, .2, .5, .6)]
    [InlineData("2 .1 .2 .5 .2 .5 .6 .1 .6", .1, .2, .5, .6)]
    [InlineData("2 .3 .2 .5 .3 .4 .6 .2 .6 .1 .3", .1, .2, .5, .6)]
    [InlineData("2 .1 .2 .1 .6 .5 .6 .5 .2 .3 .1 .1 .2", .1, .1, .5, .6)]
    public void A_polygon_stands_for_the_box_around_it_alone_or_among_boxes(string polygon, double left, double top,
        double right, double bottom)
    {
        var content = LabelFile.Parse($"0 .5 .5 .25 .5\n{polygon}\n", 10);

        Assert.Empty(content.Problems);
        Assert.Equal(new LabelRow(0, .5, .5, .25, .5), content.Rows[0]);
        Assert.Equal(2, content.Rows[1].Class);
        Assert.Equal((left + right) / 2, content.Rows[1].X, 12);
        Assert.Equal((top + bottom) / 2, content.Rows[1].Y, 12);
        Assert.Equal(right - left, content.Rows[1].Width, 12);
        Assert.Equal(bottom - top, content.Rows[1].Height, 12);
    }

    [Fact]
    public void Key_points_that_data_yaml_tells_of_are_no_polygon()
    {
        var content = LabelFile.Parse("1 .5 .5 .2 .2 .1 .1 .9 .9\n1 .4 .5 .2 .2\n", 10, keypointNumbers: 4);

        Assert.Empty(content.Problems);
        Assert.Equal([new LabelRow(1, .5, .5, .2, .2), new LabelRow(1, .4, .5, .2, .2)], content.Rows);
    }

    [Fact]
    public void A_box_over_the_edge_is_cut_to_the_photo()
    {
        var content = LabelFile.Parse("1 .1 .5 .4 .5", 10);

        var row = Assert.Single(content.Rows);
        Assert.Equal(.15, row.X, 12);
        Assert.Equal(.3, row.Width, 12);
        Assert.Equal(FindingKind.BoxOverEdge, Assert.Single(content.Problems).Kind);
    }

    [Fact]
    public void Rounding_at_the_edge_is_no_problem()
    {
        var content = LabelFile.Parse("0 .9995 .5 .0012 1.0001", 10);

        Assert.Empty(content.Problems);
        Assert.True(content.Rows[0].X + content.Rows[0].Width / 2 <= 1);
    }

    [Fact]
    public void The_first_class_without_a_name_is_told() =>
        Assert.Equal((2, 12), LabelFile.Parse("1 .5 .5 .1 .1\n12 .5 .5 .1 .1\n13 .5 .5 .1 .1", 10).ForeignClass);

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
