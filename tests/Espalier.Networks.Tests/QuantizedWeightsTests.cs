namespace Espalier.Networks.Tests;

/// <summary>Weights as signed bytes, a step an output channel.</summary>
public sealed class QuantizedWeightsTests
{
    [Theory]
    [InlineData(7, 63)]
    [InlineData(8, 127)]
    public void Weights_are_rounded_by_at_most_half_a_step_of_their_channel(int bits, int largest)
    {
        var random = new Random(3);
        float[] weights = [.. Enumerable.Range(0, 4 * 18).Select(i => (float)((random.NextDouble() - 0.5) * Math.Pow(10, (i / 18) - 2)))];
        weights.AsSpan(0, 18).Clear();

        var rounded = QuantizedWeights.Of(weights, new float[4], 0.01f, bits);

        for (var i = 0; i < weights.Length; i++)
            Assert.InRange(Math.Abs((rounded.Values[i] * rounded.Scales[i / 18]) - weights[i]), 0, 0.5001f * rounded.Scales[i / 18]);
        foreach (var channel in rounded.Values.Chunk(18).Skip(1)) Assert.Equal(largest, channel.Max(value => Math.Abs((int)value)));
        Assert.All(rounded.Values[..18], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Seven_bits_cannot_overflow_what_adds_two_products_in_sixteen()
        => Assert.True(2 * 63 * 255 <= short.MaxValue && 2 * 127 * 255 > short.MaxValue);

    [Fact]
    public void A_weight_takes_the_step_of_its_bias_where_that_is_larger()
    {
        float[] weights = [1e-7f, -0.5e-7f, 0.63f, -0.1f];

        var rounded = QuantizedWeights.Of(weights, [-0.3f, 0.3f], 0.02f, 7);

        Assert.Equal(0.3 / ((1 << 30) * 0.02), rounded.Scales[0], 1e-6 * rounded.Scales[0]);
        Assert.Equal(0.01f, rounded.Scales[1], 1e-6f);
        for (var i = 0; i < weights.Length; i++)
        {
            var scale = rounded.Scales[i / 2];
            Assert.InRange(Math.Abs(rounded.Values[i] * scale - weights[i]), 0, 0.5001f * scale);
        }
    }

    [Fact]
    public void Rows_of_next_to_nothing_have_a_step_that_is_a_number()
    {
        var rounded = QuantizedWeights.Of([1e-30f, 0, 0, 0], [0, 1e-30f], 1e-3f, 8);

        Assert.All(rounded.Scales, scale => Assert.Equal(1e-20f, scale));
        Assert.Equal(new sbyte[4], rounded.Values);
    }

    [Fact]
    public void The_largest_weights_take_the_largest_bytes_and_none_goes_beyond()
    {
        var rounded = QuantizedWeights.Of([-2, 1.26f, 0.63f, 0, -0.5f, 0.251f], [0, 0], 1, 8);

        Assert.Equal([2f / 127, 0.5f / 127], rounded.Scales);
        Assert.Equal([-127, 80, 40, 0, -127, 64], rounded.Values);
    }
}
