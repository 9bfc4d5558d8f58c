namespace Espalier.Networks;

/// <summary>A convolution's weights in int8: each output channel in equal steps of its own about zero.</summary>
/// <param name="Values">(out, in / groups, kernel, kernel).</param>
/// <param name="Scales">The step of every output channel.</param>
internal sealed record QuantizedWeights(sbyte[] Values, float[] Scales)
{
    /// <summary>A bias has at most so many steps: a quarter of what 32 bits hold, so that the products' sum has room beside it.</summary>
    public const int MostBiasSteps = 1 << 30;

    // Steps of rows that are all but zero: times the smallest step of an input it is still a normal float32.
    private const float SmallestScale = 1e-20f;

    /// <summary>
    /// Rounds weights. A bias is counted in steps of weight times steps of input, so that a row's step is not only large enough for its
    /// largest weight but for its bias, too: max(largest / 63, |bias| / (2³⁰ · input step)). Channels that sparse training let fade have
    /// weights of 1e-7 beside biases of 0.3.
    /// </summary>
    /// <param name="weights">(out, …).</param>
    /// <param name="biases">The bias of every output channel, in the network's own numbers.</param>
    /// <param name="inputScale">The step of what the convolution reads; over 0.</param>
    /// <param name="bits">Bits of a weight, its sign among them: 8 use −127…127, 7 use −63…63.</param>
    public static QuantizedWeights Of(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, float inputScale, int bits)
    {
        var (channels, largestStep) = (biases.Length, (1 << (bits - 1)) - 1);
        var (values, scales, size) = (new sbyte[weights.Length], new float[channels], weights.Length / channels);
        for (var channel = 0; channel < channels; channel++)
        {
            var row = weights.Slice(channel * size, size);
            var largest = 0f;
            foreach (var weight in row) largest = Math.Max(largest, Math.Abs(weight));
            var forBias = (float)(Math.Abs((double)biases[channel]) / (MostBiasSteps * (double)inputScale));
            var scale = scales[channel] = Math.Max(Math.Max(largest / largestStep, forBias), SmallestScale);
            for (var i = 0; i < size; i++)
                values[(channel * size) + i] = (sbyte)Math.Clamp(MathF.Round(row[i] / scale), -largestStep, largestStep);
        }

        return new QuantizedWeights(values, scales);
    }
}
