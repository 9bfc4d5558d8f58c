namespace Espalier.Networks;

/// <summary>A convolution's weights in int8: each output channel in equal steps of its own about zero.</summary>
/// <param name="Values">(out, in / groups, kernel, kernel).</param>
/// <param name="Scales">The step of every output channel.</param>
internal sealed record QuantisedWeights(sbyte[] Values, float[] Scales)
{
    /// <summary>Rounds weights.</summary>
    /// <param name="weights">(out, …).</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="bits">Bits of a weight, its sign among them: 8 use −127…127, 7 use −63…63.</param>
    public static QuantisedWeights Of(ReadOnlySpan<float> weights, int channels, int bits)
    {
        var largestStep = (1 << (bits - 1)) - 1;
        var (values, scales, size) = (new sbyte[weights.Length], new float[channels], weights.Length / channels);
        for (var channel = 0; channel < channels; channel++)
        {
            var row = weights.Slice(channel * size, size);
            var largest = 0f;
            foreach (var weight in row) largest = Math.Max(largest, Math.Abs(weight));
            var scale = scales[channel] = largest > 0 ? largest / largestStep : 1;
            for (var i = 0; i < size; i++) values[(channel * size) + i] = (sbyte)Math.Clamp(MathF.Round(row[i] / scale), -largestStep, largestStep);
        }

        return new QuantisedWeights(values, scales);
    }
}
