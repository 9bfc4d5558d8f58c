namespace Espalier.Streets.Shapes;

/// <summary>Smoothing of interleaved pixels by a Gaussian bell, edges repeated.</summary>
internal static class GaussianBlur
{
    private const double Smallest = .15;

    /// <summary>Smooths in place.</summary>
    /// <param name="values"><c>height × width × channels</c>.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="channels">Values a pixel.</param>
    /// <param name="sigma">The bell's standard deviation in pixels; under 0.15 nothing happens.</param>
    public static void Apply(float[] values, int width, int height, int channels, double sigma)
    {
        if (sigma < Smallest) return;
        var kernel = Kernel(sigma);
        Along(values, kernel, width * channels, height, width, channels);
        Along(values, kernel, channels, width, height, width * channels);
    }

    // Lines of `length` pixels that lie `step` values apart; down the columns all values of a row are worked on side by side.
    private static void Along(float[] values, float[] kernel, int lineStep, int lines, int length, int step)
    {
        var radius = kernel.Length / 2;
        if (step < lineStep)
        {
            var line = new float[(length + 2 * radius) * step];
            for (var y = 0; y < lines; y++)
            {
                var row = values.AsSpan(y * lineStep, length * step);
                for (var i = 0; i < length + 2 * radius; i++)
                    row.Slice(Math.Clamp(i - radius, 0, length - 1) * step, step).CopyTo(line.AsSpan(i * step));
                Sum(line, kernel, row, step);
            }

            return;
        }

        var copy = (float[])values.Clone();
        for (var y = 0; y < length; y++)
        {
            var row = values.AsSpan(y * step, step);
            row.Clear();
            for (var k = 0; k < kernel.Length; k++)
            {
                var from = copy.AsSpan(Math.Clamp(y + k - radius, 0, length - 1) * step, step);
                var weight = kernel[k];
                for (var i = 0; i < row.Length; i++) row[i] += from[i] * weight;
            }
        }
    }

    private static void Sum(float[] line, float[] kernel, Span<float> row, int step)
    {
        row.Clear();
        for (var k = 0; k < kernel.Length; k++)
        {
            var from = line.AsSpan(k * step, row.Length);
            var weight = kernel[k];
            for (var i = 0; i < row.Length; i++) row[i] += from[i] * weight;
        }
    }

    private static float[] Kernel(double sigma)
    {
        var radius = (int)Math.Ceiling(sigma * 2.5);
        var kernel = new double[2 * radius + 1];
        double sum = 0;
        for (var i = 0; i < kernel.Length; i++) sum += kernel[i] = Math.Exp(-(i - radius) * (i - radius) / (2 * sigma * sigma));
        return Array.ConvertAll(kernel, value => (float)(value / sum));
    }
}
