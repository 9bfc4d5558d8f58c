using FsCheck.Xunit;

namespace Espalier.Vision.Tests;

public sealed class BoxOverlapTests
{
    [Theory]
    [InlineData(-1, -1, 1, 1, 0)]
    [InlineData(0, 0, 1, 1, 0.8125)]
    [InlineData(0, 1, 1, 2, 1.1923)]
    [InlineData(1, 1, 2, 2, 1.25)]
    public void CIoU_loss_is_the_oracle_s(float left, float top, float right, float bottom, double loss) =>
        Assert.Equal(loss, 1 - BoxOverlap.CIoU(new(-1, -1, 1, 1), new(left, top, right, bottom)), 4);

    [Fact]
    public void Boxes_that_are_not_square_give_the_oracle_s_numbers()
    {
        var (a, b) = (new Box(0, 0, 10, 20), new Box(5, 5, 15, 15));
        Assert.Equal(0.2, BoxOverlap.IoU(a, b), 1e-6);
        Assert.Equal(0.033333, BoxOverlap.GIoU(a, b), 1e-6);
        Assert.Equal(0.16, BoxOverlap.DIoU(a, b), 1e-6);
        Assert.Equal(0.157909, BoxOverlap.CIoU(a, b), 1e-6);
        Assert.Equal(0.2, BoxOverlap.IoU(new(0, 0, 10, 30), new(0, 0, 30, 10)), 1e-6);
        Assert.Equal(-0.016857, BoxOverlap.CIoU(new(0, 0, 10, 30), new(0, 0, 30, 10)), 1e-6);
        Assert.Equal(0.581749, BoxOverlap.IoU(new(10, 10, 30, 50), new(12, 8, 36, 44)), 1e-6);
        Assert.Equal(0.568542, BoxOverlap.CIoU(new(10, 10, 30, 50), new(12, 8, 36, 44)), 1e-6);
    }

    [Fact]
    public void Boxes_apart_on_one_axis_or_both_do_not_overlap_and_are_told_by_their_distance()
    {
        var (a, beside, off) = (new Box(0, 0, 10, 10), new Box(20, 0, 30, 10), new Box(20, 30, 30, 50));
        foreach (var other in new[] { beside, off, new Box(0, 20, 10, 30), new Box(10, 0, 20, 10) })
            Assert.Equal((0f, 0.0), (BoxOverlap.IoU(a, other), BoxOverlap.CocoIoU(a, other)));
        Assert.Equal(-1 / 3.0, BoxOverlap.GIoU(a, beside), 1e-6);
        Assert.Equal(-.8, BoxOverlap.GIoU(a, off), 1e-6);
        Assert.Equal(-1625 / 3400.0, BoxOverlap.DIoU(a, off), 1e-6);
        Assert.Equal(-.479631, BoxOverlap.CIoU(a, off), 1e-6);
    }

    [Fact]
    public void COCO_s_overlap_is_intersection_over_union_with_nothing_added()
    {
        Assert.Equal(.2, BoxOverlap.CocoIoU(new(3, 4, 13, 24), new(8, 9, 18, 19)));
        Assert.Equal(.2, BoxOverlap.CocoIoU(new(8, 9, 18, 19), new(3, 4, 13, 24)));
        Assert.Equal(1, BoxOverlap.CocoIoU(new(3, 4, 13, 24), new(3, 4, 13, 24)));
        Assert.Equal(1, BoxOverlap.CocoIoU(new(0, 0, .5f, .5f), new(0, 0, .5f, .5f)));
    }

    [Fact]
    public void Boxes_without_area_agree_in_nothing_and_give_a_number()
    {
        var point = new Box(3, 3, 3, 3);
        Assert.Equal((0f, 0f), (BoxOverlap.IoU(point, point), BoxOverlap.DIoU(point, point)));
        Assert.Equal((0f, 0f), (BoxOverlap.GIoU(point, point), BoxOverlap.CIoU(point, point)));
    }

    [Property]
    public bool Overlaps_are_symmetric_and_ordered(byte x, byte y, byte w, byte h, byte x2, byte y2, byte w2, byte h2)
    {
        var a = new Box(x, y, x + w, y + h);
        var b = new Box(x2, y2, x2 + w2, y2 + h2);
        var (iou, giou, diou, ciou) = (BoxOverlap.IoU(a, b), BoxOverlap.GIoU(a, b), BoxOverlap.DIoU(a, b), BoxOverlap.CIoU(a, b));
        return iou is >= 0 and <= 1.00001f && giou <= iou + 1e-5 && diou <= iou + 1e-5 && ciou <= diou + 1e-5
            && giou >= -1.00001 && ciou >= -2
            && Math.Abs(iou - BoxOverlap.IoU(b, a)) < 1e-6 && Math.Abs(ciou - BoxOverlap.CIoU(b, a)) < 1e-6;
    }
}
