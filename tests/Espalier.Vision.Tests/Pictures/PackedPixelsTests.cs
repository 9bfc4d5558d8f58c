namespace Espalier.Vision.Tests;

public sealed class PackedPixelsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(103)]
    public void A_zero_follows_each_pixel(int pixels)
    {
        byte[] interleaved = [.. Enumerable.Range(0, 3 * pixels).Select(i => (byte)(1 + (i % 255)))];
        var packed = new byte[4 * pixels];
        packed.AsSpan().Fill(77);

        PackedPixels.FromInterleaved(interleaved, packed);

        for (var i = 0; i < pixels; i++)
            Assert.Equal([interleaved[3 * i], interleaved[(3 * i) + 1], interleaved[(3 * i) + 2], 0], packed[(4 * i)..(4 * (i + 1))]);
    }

    [Fact]
    public void Lengths_that_do_not_go_together_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PackedPixels.FromInterleaved(new byte[6], new byte[7]));
        Assert.Throws<ArgumentException>(() => PackedPixels.FromInterleaved(new byte[4], new byte[4]));
    }
}
