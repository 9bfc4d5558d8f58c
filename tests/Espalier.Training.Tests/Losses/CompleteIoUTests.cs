using Espalier.Training.Losses;
using Espalier.Vision;
using static TorchSharp.torch;

namespace Espalier.Tests.Losses;

public class CompleteIoUTests
{
    [Theory]
    [InlineData(-1, -1, 1, 1, -1, -1, 1, 1, 1)]
    [InlineData(-1, -1, 1, 1, 0, 0, 1, 1, 1 - .8125)]
    [InlineData(-1, -1, 1, 1, 0, 1, 1, 2, 1 - 1.1923)]
    [InlineData(-1, -1, 1, 1, 1, 1, 2, 2, 1 - 1.25)]
    [InlineData(0, 0, 10, 20, 5, 5, 15, 15, .157909)]
    [InlineData(0, 0, 10, 30, 0, 0, 30, 10, -.016857)]
    [InlineData(10, 10, 30, 50, 12, 8, 36, 44, .568542)]
    public void Values_are_the_references(float l, float t, float r, float b, float l2, float t2, float r2, float b2, double expected)
    {
        using var scope = NewDisposeScope();
        var value = CompleteIoU.Of(Row(new Box(l, t, r, b)), Row(new Box(l2, t2, r2, b2))).item<float>();
        Close.Equal(expected, value, absolute: 5e-5);
    }

    [Fact]
    public void Gradient_points_towards_the_target()
    {
        using var scope = NewDisposeScope();
        var box = Row(new Box(0, 0, 10, 20)).requires_grad_();
        CompleteIoU.Of(box, Row(new Box(5, 5, 15, 15))).sum().backward();
        var gradient = box.grad!.data<float>().ToArray();
        Assert.True(gradient[0] > 0 && gradient[2] > 0 && gradient[3] < 0);
    }

    private static Tensor Row(Box box) => tensor(new[] { box.CenterX, box.CenterY, box.Width, box.Height }, [1, 4], float32);
}
