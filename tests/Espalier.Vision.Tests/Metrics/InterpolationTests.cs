namespace Espalier.Vision.Tests;

public sealed class InterpolationTests
{
    [Fact]
    public void The_function_is_linear_between_its_points_level_outside_and_the_last_of_equals_stands()
    {
        double[] xs = [0, 1, 1, 3], ys = [10, 20, 40, 0];
        var from = 0;
        double[] values = [.. new[] { -1, 0, .5, 1, 1.5, 2, 3, 4 }.Select(x => Interpolation.At(x, xs, ys, ref from))];

        Assert.Equal([10, 10, 15, 40, 30, 20, 0, 0], values);
        Assert.Equal(3, from);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void One_point_is_a_level_line(double x)
    {
        var from = 0;
        Assert.Equal(7, Interpolation.At(x, [2], [7], ref from));
    }
}
