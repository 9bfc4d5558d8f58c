using Espalier.Training.Quantization;
using static TorchSharp.torch;

namespace Espalier.Training.Tests.Quantization;

public sealed class ActivationCalibrationTests
{
    [Fact]
    public void Values_are_counted_beyond_what_float32_counts()
    {
        // A float32 that is counted up by one stands still at 16,777,216.
        const int Many = (1 << 24) + 5000;
        using var scope = NewDisposeScope();
        using var values = zeros(4, Many / 4);
        values[0, 0] = 1;
        var counts = new double[2048];

        ActivationCalibration.AddCounts(values, 0, 1, counts);

        Assert.Equal(Many - 1, counts[0]);
        Assert.Equal(1, counts[^1]);
        Assert.Equal(Many, counts.Sum());
    }

    [Theory]
    [InlineData(-0.2784645f, 5.1234f)]
    [InlineData(0.1f, 0.7f)]
    [InlineData(-3.3f, 1e-3f)]
    public void The_highest_value_is_counted_however_the_bins_are_rounded(float low, float high)
    {
        using var scope = NewDisposeScope();
        for (var step = 0; step < 50; step++)
        {
            var top = high + (step * 0.0137f);
            var counts = new double[2048];
            ActivationCalibration.AddCounts(tensor([low, top, top]), low, top, counts);
            Assert.Equal((1.0, 2.0), (counts[0], counts[^1]));
        }
    }
}
