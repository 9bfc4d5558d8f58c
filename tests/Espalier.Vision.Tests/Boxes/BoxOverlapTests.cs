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
