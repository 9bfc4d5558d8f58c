namespace Espalier.Streets.Scene;

/// <summary>A colour, each channel 0…1 as a picture file has it.</summary>
internal readonly record struct Tint(float Red, float Green, float Blue)
{
    public float Luma => .299f * Red + .587f * Green + .114f * Blue;

    /// <summary>From a hue in degrees, saturation and value, 0…1.</summary>
    public static Tint FromHsv(double hue, double saturation, double value)
    {
        return new Tint(Channel(5), Channel(3), Channel(1));

        float Channel(int n)
        {
            var k = (n + hue / 60) % 6;
            return (float)(value - value * saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1));
        }
    }

    public static Tint Grey(double value) => new((float)value, (float)value, (float)value);

    public static Tint operator *(Tint tint, double factor) =>
        new((float)(tint.Red * factor), (float)(tint.Green * factor), (float)(tint.Blue * factor));

    public static Tint Mix(Tint a, Tint b, double share) => new(
        (float)(a.Red + (b.Red - a.Red) * share),
        (float)(a.Green + (b.Green - a.Green) * share),
        (float)(a.Blue + (b.Blue - a.Blue) * share));
}
