using Espalier.Core;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Tests;

/// <summary>How shapes become pixels.</summary>
public class CoverageTests
{
    [Fact]
    public void Rectangle_between_pixels_covers_their_parts()
    {
        var coverage = Coverage.Of(new Outline([ConvexPolygon.Rectangle(1.25, 2.5, 3.5, 4)]), 10, 10);

        Assert.Equal(.75 * .5, coverage.At(1, 2), 5);
        Assert.Equal(.5, coverage.At(2, 2), 5);
        Assert.Equal(.5 * .5, coverage.At(3, 2), 5);
        Assert.Equal(1, coverage.At(2, 3), 5);
        Assert.Equal(0, coverage.At(4, 3), 5);
        Assert.Equal(2.25 * 1.5, Sum(coverage), 4);
    }

    [Fact]
    public void Overlapping_polygons_of_one_sense_are_a_union_and_one_of_the_other_sense_is_a_hole()
    {
        var (big, small) = (ConvexPolygon.Rectangle(1, 1, 9, 9), ConvexPolygon.Rectangle(3, 3, 6, 6));

        Assert.Equal(64, Sum(Coverage.Of(new Outline([big, small]), 10, 10)), 4);
        Assert.Equal(64 - 9, Sum(Coverage.Of(new Outline([big, [.. small.Reverse()]]), 10, 10)), 4);
    }

    [Fact]
    public void What_lies_outside_of_the_picture_is_cut_off()
    {
        var coverage = Coverage.Of(new Outline([ConvexPolygon.Rectangle(-5.5, -3, 4.5, 30)]), 10, 8);

        Assert.Equal(4.5 * 8, Sum(coverage, 10, 8), 3);
    }

    [Fact]
    public void Any_triangle_covers_what_counting_points_says()
    {
        var random = new KeyedRandom(3);
        for (var round = 0; round < 60; round++)
        {
            var corners = new Point2[3];
            for (var i = 0; i < 3; i++) corners[i] = new Point2(random.NextBetween(-4, 16), random.NextBetween(-4, 16));
            ConvexPolygon.Positive(corners);
            var coverage = Coverage.Of(new Outline([corners]), 12, 12);

            for (var y = 0; y < 12; y++)
            {
                for (var x = 0; x < 12; x++) Assert.Equal(ByCounting(corners, x, y), coverage.At(x, y), .06);
            }
        }
    }

    [Fact]
    public void Pen_draws_vertical_strokes_thick_and_horizontal_ones_thin()
    {
        var pen = new Pen(.2, .1, 0, Round: false);

        var vertical = new Outline(pen.Draw([new Stroke([new(.5, 0), new(.5, 1)])], -9, 9)).Bounds();
        var horizontal = new Outline(pen.Draw([new Stroke([new(0, .5), new(1, .5)])], -9, 9)).Bounds();

        Assert.Equal(.2, vertical.Right - vertical.Left, 9);
        Assert.Equal(.1, horizontal.Bottom - horizontal.Top, 9);
    }

    private static double ByCounting(Point2[] triangle, int column, int row)
    {
        const int Steps = 16;
        var inside = 0;
        for (var i = 0; i < Steps * Steps; i++)
        {
            var point = new Point2(column + (i % Steps + .5) / Steps, row + (i / Steps + .5) / Steps);
            if (Enumerable.Range(0, 3).All(k => Point2.Cross(triangle[(k + 1) % 3] - triangle[k], point - triangle[k]) >= 0)) inside++;
        }

        return inside / (double)(Steps * Steps);
    }

    private static double Sum(Coverage coverage) => coverage.Values.Sum();

    private static double Sum(Coverage coverage, int width, int height) =>
        Enumerable.Range(0, width * height).Sum(i => coverage.At(i % width, i / width));
}
