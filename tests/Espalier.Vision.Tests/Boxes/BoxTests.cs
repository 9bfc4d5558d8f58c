namespace Espalier.Vision.Tests;

public sealed class BoxTests
{
    private static readonly Box Sample = new(2, 3, 10, 7);

    [Fact]
    public void A_box_knows_its_sides_its_area_and_its_centre()
    {
        Assert.Equal((8f, 4f, 32f), (Sample.Width, Sample.Height, Sample.Area));
        Assert.Equal((6f, 5f), (Sample.CenterX, Sample.CenterY));
        Assert.Equal(Sample, Box.FromCenter(6, 5, 8, 4));
    }

    [Theory]
    [InlineData(10, 3, 2, 7)]
    [InlineData(2, 7, 10, 3)]
    [InlineData(10, 7, 2, 3)]
    public void A_box_turned_inside_out_has_no_area(float left, float top, float right, float bottom) =>
        Assert.Equal(0, new Box(left, top, right, bottom).Area);

    [Fact]
    public void A_box_is_cut_at_every_edge_and_scaled_before_it_is_moved()
    {
        Assert.Equal(new Box(0, 0, 16, 12), new Box(-3, -4, 20, 30).ClipTo(16, 12));
        Assert.Equal(new Box(16, 12, 0, 0), new Box(20, 30, -3, -4).ClipTo(16, 12));
        Assert.Equal(Sample, Sample.ClipTo(16, 12));
        Assert.Equal(new Box(5, 8, 21, 20), Sample.ScaleAndMove(2, 3, 1, -1));
    }

    [Fact]
    public void Boxes_and_detections_are_written_to_a_tenth_of_a_pixel() =>
        Assert.Equal("class 7 (0.93) at 12.5,30 – 48,96", new Detection(new(12.52f, 30, 48, 96), .931f, 7).ToString());
}
