using System.Runtime.Intrinsics;
using Espalier.Training.Execution.Kernels;

namespace Espalier.Tests.Execution;

/// <summary>The sigmoid of the bfloat16 kernels against .NET's exponential in double.</summary>
public class CoarseSigmoidTests
{
    [Fact]
    public void It_is_within_two_in_ten_thousand_of_its_value()
    {
        for (var x = -80f; x <= 80; x += 0.0137f)
        {
            var exact = 1 / (1 + Math.Exp(-x));
            Assert.InRange(CoarseSigmoid.Of(Vector512.Create(x))[0] / exact, 1 - 2e-4, 1 + 2e-4);
        }
    }

    [Theory]
    [InlineData(-3e38f, 0)]
    [InlineData(-200, 0)]
    [InlineData(200, 1)]
    [InlineData(3e38f, 1)]
    public void Far_out_it_is_0_and_1(float x, double expected) => Assert.Equal(expected, CoarseSigmoid.Of(Vector512.Create(x))[0], 2e-4);

    [Fact]
    public void What_is_no_number_stays_none() => Assert.True(float.IsNaN(CoarseSigmoid.Of(Vector512.Create(float.NaN))[0]));
}
