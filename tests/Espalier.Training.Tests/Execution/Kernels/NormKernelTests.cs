using Espalier.Networks;
using Espalier.Training.Execution.Kernels;

namespace Espalier.Tests.Execution.Kernels;

/// <summary>Sums and gradients of a batch normalization at every width, against plain loops in double.</summary>
public class NormKernelTests
{
    [Theory]
    [MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    internal void Sums_and_gradients_are_those_of_plain_loops_whatever_the_channels(VectorWidth width)
    {
        foreach (var channels in (int[])[1, 3, 8, 13, 16, 24, 40])
        {
            foreach (var threads in (int[])[1, 3]) Compare(width, channels, pixels: 2 * 13 * 97, threads, isInPlace: threads == 3);
        }
    }

    private static void Compare(VectorWidth width, int channels, int pixels, int threads, bool isInPlace)
    {
        var random = new Random(channels);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 4 - 1.5))];
        var (x, incoming) = (Draw(pixels * channels), Draw(pixels * channels));
        var (shift, scale, offset, slope, constant) = (Draw(channels), Draw(channels), Draw(channels), Draw(channels), Draw(channels));
        var lanes = Widths.Lanes(width);
        using var input = new KernelRows(x, channels, lanes);
        using var gradient = new KernelRows(incoming, channels, lanes);
        using var other = new KernelRows(new float[x.Length], channels, lanes);
        var output = isInPlace ? gradient : other;
        var kernel = NormKernel.For(ActivationKind.SiLU, isBFloat16: false, width);

        var moments = kernel.Moments(input.Rows, input.Repeated(shift), threads);
        var sums = kernel.GradientSums(input.Rows, gradient.Rows, output.Rows, input.Repeated(scale), input.Repeated(offset),
            input.Repeated(shift), threads);
        kernel.InputGradient(
            input.Rows,
            gradient.Rows,
            output.Rows,
            input.Repeated(scale),
            input.Repeated(offset),
            input.Repeated(slope),
            input.Repeated(constant),
            threads
        );

        var expected = new double[4, channels];
        for (var i = 0; i < x.Length; i++)
        {
            var channel = i % channels;
            var z = (double)x[i] * scale[channel] + offset[channel];
            var sigmoid = 1 / (1 + Math.Exp(-z));
            var g = incoming[i] * sigmoid * (1 + z * (1 - sigmoid));
            var difference = (double)x[i] - shift[channel];
            expected[0, channel] += difference;
            expected[1, channel] += difference * difference;
            expected[2, channel] += g;
            expected[3, channel] += g * difference;
            Assert.Equal(scale[channel] * g + slope[channel] * x[i] + constant[channel], output.At(i), 1e-4);
        }

        foreach (var (which, found) in ((double[][])[moments.Sums, moments.Squares, sums.Sums, sums.Products]).Index())
        {
            for (var channel = 0; channel < channels; channel++)
            {
                var sum = Enumerable.Range(0, found.Length / channels).Sum(pixel => found[pixel * channels + channel]);
                Assert.Equal(expected[which, channel], sum, 1e-6 * pixels * 4);
            }
        }
    }
}
