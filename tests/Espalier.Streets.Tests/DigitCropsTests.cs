using Espalier.Streets.Glyphs;
using Espalier.Vision;

namespace Espalier.Streets.Tests;

/// <summary>Photos of digits in memory.</summary>
public class DigitCropsTests
{
    private static readonly Picture Photo = new(32, 32);

    [Fact]
    public void First_ones_of_each_digit_are_kept_in_their_order()
    {
        var (first, second) = (new Picture(32, 32), new Picture(32, 32));

        var crops = DigitCrops.Take([(3, first), (0, Photo), (3, second), (3, Photo)], mostEach: 2);

        Assert.Equal([1, 0, 0, 2, 0, 0, 0, 0, 0, 0], crops.Counts);
        Assert.Same(first, crops.Read(3, 0));
        Assert.Same(second, crops.Read(3, 1));
    }

    [Fact]
    public void Reading_stops_when_there_are_enough()
    {
        var crops = DigitCrops.Take(Endless(), mostEach: 3);

        Assert.All(crops.Counts, count => Assert.Equal(3, count));
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(-1, 5)]
    [InlineData(1, 0)]
    public void What_is_no_digit_is_refused(int digit, int mostEach) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitCrops.Take([(digit, Photo)], mostEach));

    private static IEnumerable<(int Digit, Picture Picture)> Endless()
    {
        for (var i = 0; ; i++) yield return (i % 10, Photo);
    }
}
