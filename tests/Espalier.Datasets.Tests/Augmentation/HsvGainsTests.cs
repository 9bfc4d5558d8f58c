using FsCheck.Xunit;

namespace Espalier.Datasets.Tests;

public sealed class HsvGainsTests
{
    [Property(MaxTest = 2000)]
    public void Conversion_agrees_with_the_definition_in_real_numbers(byte red, byte green, byte blue)
    {
        double value = Math.Max(red, Math.Max(green, blue));
        var difference = value - Math.Min(red, Math.Min(green, blue));
        var hue = difference == 0 ? 0
            : value == red ? 60 * (green - blue) / difference
            : value == green ? 120 + 60 * (blue - red) / difference
            : 240 + 60 * (red - green) / difference;
        var saturation = value == 0 ? 0 : 255 * difference / value;

        var hsv = HsvGains.ToHsv(red, green, blue);
        var turn = Math.Abs((hue < 0 ? hue + 360 : hue) / 2 - hsv.Hue);
        Assert.InRange(Math.Min(turn, 180 - turn), 0, .502);
        Assert.InRange(Math.Abs(saturation - hsv.Saturation), 0, .502);
        Assert.Equal(value, hsv.Value);
        Assert.InRange(hsv.Hue, 0, 179);
    }

    [Property(MaxTest = 2000)]
    public void Factors_of_one_change_a_pixel_by_no_more_than_the_coarse_hue_does(byte red, byte green, byte blue)
    {
        byte[] pixel = [red, green, blue];
        new HsvGains(1, 1, 1).Apply(pixel);
        Assert.InRange(Math.Abs(pixel[0] - red), 0, 5);
        Assert.InRange(Math.Abs(pixel[1] - green), 0, 5);
        Assert.InRange(Math.Abs(pixel[2] - blue), 0, 5);
        Assert.Equal(Math.Max(red, Math.Max(green, blue)), pixel.Max());
    }

    [Theory]
    [InlineData(0, 255, 255, 255, 0, 0)]
    [InlineData(60, 255, 255, 0, 255, 0)]
    [InlineData(120, 255, 255, 0, 0, 255)]
    [InlineData(30, 255, 200, 200, 200, 0)]
    [InlineData(150, 255, 255, 255, 0, 255)]
    [InlineData(17, 0, 93, 93, 93, 93)]
    public void Pure_hues_are_where_they_belong(int hue, int saturation, int value, byte red, byte green, byte blue) =>
        Assert.Equal((red, green, blue), HsvGains.ToRgb(hue, saturation, value));

    [Fact]
    public void Brightness_and_saturation_are_multiplied_and_saturate()
    {
        byte[] pixels = [100, 100, 100, 200, 150, 120];
        new HsvGains(1, 1, 1.5).Apply(pixels);
        Assert.Equal([150, 150, 150, 255, 190, 153], pixels);
        new HsvGains(1, 0, 1).Apply(pixels);
        Assert.Equal([150, 150, 150, 255, 255, 255], pixels);
    }
}
