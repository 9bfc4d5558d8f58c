using Espalier.Datasets.Augmentation;
using FsCheck.Xunit;

namespace Espalier.Datasets.Tests;

public sealed class HsvGainsTests
{
    [Property(MaxTest = 3000)]
    public void Pixels_agree_with_the_definition_one_by_one(byte red, byte green, byte blue, byte hue, byte saturation, byte value)
    {
        float hueGain = 1 + (hue - 128) / 400f, saturationGain = saturation / 128f, valueGain = value / 128f;
        byte[] pixel = [red, green, blue];
        new HsvGains(hueGain, saturationGain, valueGain).Apply(pixel);
        var expected = Plain(red, green, blue, hueGain, saturationGain, valueGain);
        for (var i = 0; i < 3; i++) Assert.InRange(pixel[i] - expected[i], -.501, .501);
    }

    [Property]
    public void A_row_is_changed_pixel_by_pixel_whatever_its_length(byte[] bytes)
    {
        var gains = new HsvGains(1.1, .7, 1.3);
        var row = bytes[..(bytes.Length / 3 * 3)];
        var expected = row.Chunk(3).SelectMany(pixel =>
        {
            gains.Apply(pixel);
            return pixel;
        }).ToArray();
        gains.Apply(row);
        Assert.Equal(expected, row);
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

    [Fact]
    public void Brightness_and_saturation_are_multiplied_and_saturate()
    {
        byte[] pixels = [100, 100, 100, 200, 150, 120];
        new HsvGains(1, 1, 1.5).Apply(pixels);
        Assert.Equal([150, 150, 150, 255, 190, 153], pixels);
        new HsvGains(1, 0, 1).Apply(pixels);
        Assert.Equal([150, 150, 150, 255, 255, 255], pixels);
    }

    [Fact]
    public void The_primary_colours_keep_their_hue()
    {
        byte[] pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0, 0, 255, 255, 255, 0, 255, 0, 0, 0, 255, 255, 255];
        var changed = pixels.ToArray();
        new HsvGains(1, 1, 1).Apply(changed);
        Assert.Equal(pixels, changed);
    }

    /// <summary>HSV by cases, as the textbooks have it, with the 8-bit steps in between; the channels not yet rounded.</summary>
    private static double[] Plain(int red, int green, int blue, float hueGain, float saturationGain, float valueGain)
    {
        var value = Math.Max(red, Math.Max(green, blue));
        var difference = value - Math.Min(red, Math.Min(green, blue));
        var hue = difference == 0 ? 0
            : value == red ? 30.0 * (green - blue) / difference
            : value == green ? 60 + 30.0 * (blue - red) / difference
            : 120 + 30.0 * (red - green) / difference;
        var saturation = value == 0 ? 0 : Math.Floor(255.0 * difference / value + .5);
        hue = Math.Floor(hue + .5);
        if (hue < 0) hue += 180;

        hue = MathF.Floor((float)hue * hueGain) % 180;
        saturation = Math.Min(MathF.Floor((float)saturation * saturationGain), 255);
        var bright = Math.Min(MathF.Floor(value * valueGain), 255);
        var sector = (int)(hue / 30);
        var within = hue / 30 - sector;
        var share = saturation / 255;
        double low = bright * (1 - share), falling = bright * (1 - share * within), rising = bright * (1 - share * (1 - within));
        return sector switch
        {
            0 => [bright, rising, low],
            1 => [falling, bright, low],
            2 => [low, bright, rising],
            3 => [low, falling, bright],
            4 => [rising, low, bright],
            _ => [bright, low, falling],
        };
    }
}
