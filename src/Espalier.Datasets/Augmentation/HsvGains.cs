namespace Espalier.Datasets;

/// <summary>
/// Hue, saturation and brightness of a picture changed by random factors, through 8-bit HSV with hue 0…179 (two degrees a
/// step) and one lookup table a channel.
/// </summary>
internal sealed class HsvGains
{
    private const int HueSteps = 180;
    private const int StepsPerSector = 30;

    /// <summary>255 / v and 30 / d in 16-bit fixed point: what saturation and hue divide by.</summary>
    private static readonly int[] SaturationPerDifference = Reciprocals(255);
    private static readonly int[] HuePerDifference = Reciprocals(StepsPerSector);

    private readonly byte[] _hue = new byte[HueSteps];
    private readonly byte[] _saturation = new byte[256];
    private readonly byte[] _value = new byte[256];

    /// <summary>The tables for three factors.</summary>
    /// <param name="hue">Factor on hue, modulo the circle.</param>
    /// <param name="saturation">Factor on saturation, saturating.</param>
    /// <param name="value">Factor on brightness, saturating.</param>
    public HsvGains(double hue, double saturation, double value)
    {
        for (var i = 0; i < HueSteps; i++) _hue[i] = (byte)(i * hue % HueSteps);
        for (var i = 0; i < 256; i++)
        {
            _saturation[i] = (byte)Math.Clamp(i * saturation, 0, 255);
            _value[i] = (byte)Math.Clamp(i * value, 0, 255);
        }
    }

    /// <summary>Factors 1 ± gain, uniformly.</summary>
    public static HsvGains Draw(AugmentationOptions options, ref KeyedRandom random) => new(
        1 + random.NextWithin(options.HueGain),
        1 + random.NextWithin(options.SaturationGain),
        1 + random.NextWithin(options.ValueGain));

    /// <summary>Changes RGB pixels in place.</summary>
    public void Apply(Span<byte> pixels)
    {
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            var (hue, saturation, value) = ToHsv(pixels[i], pixels[i + 1], pixels[i + 2]);
            (pixels[i], pixels[i + 1], pixels[i + 2]) = ToRgb(_hue[hue], _saturation[saturation], _value[value]);
        }
    }

    /// <summary>8-bit RGB to hue 0…179, saturation and value 0…255, each rounded to nearest.</summary>
    internal static (int Hue, int Saturation, int Value) ToHsv(int red, int green, int blue)
    {
        var value = Math.Max(red, Math.Max(green, blue));
        var difference = value - Math.Min(red, Math.Min(green, blue));
        if (difference == 0) return (0, 0, value);
        var saturation = (difference * SaturationPerDifference[value] + (1 << 15)) >> 16;
        var perDifference = HuePerDifference[difference];
        var hue = value == red ? (green - blue) * perDifference
            : value == green ? (blue - red) * perDifference + ((2 * StepsPerSector) << 16)
            : (red - green) * perDifference + ((4 * StepsPerSector) << 16);
        hue = (hue + (1 << 15)) >> 16;
        return (hue < 0 ? hue + HueSteps : hue, saturation, value);
    }

    /// <summary>Back to RGB, rounded to nearest.</summary>
    internal static (byte Red, byte Green, byte Blue) ToRgb(int hue, int saturation, int value)
    {
        if (saturation == 0) return ((byte)value, (byte)value, (byte)value);
        var sector = hue / StepsPerSector;
        var within = hue - sector * StepsPerSector;

        // value · (1 − saturation · share), with the shares in thirtieths of 1/255.
        var low = Shade(value, saturation * StepsPerSector);
        var falling = Shade(value, saturation * within);
        var rising = Shade(value, saturation * (StepsPerSector - within));
        var high = (byte)value;
        return sector switch
        {
            0 => (high, rising, low),
            1 => (falling, high, low),
            2 => (low, high, rising),
            3 => (low, falling, high),
            4 => (rising, low, high),
            _ => (high, low, falling),
        };
    }

    private static byte Shade(int value, int share)
    {
        const int Whole = 255 * StepsPerSector;
        return (byte)((value * (Whole - share) + Whole / 2) / Whole);
    }

    private static int[] Reciprocals(int numerator)
    {
        var table = new int[256];
        for (var i = 1; i < 256; i++) table[i] = (int)Math.Round(numerator * 65536.0 / i);
        return table;
    }
}
