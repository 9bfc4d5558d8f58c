using System.Runtime.Intrinsics;
using Espalier.Core;

namespace Espalier.Datasets.Augmentation;

/// <summary>
/// Hue, saturation and brightness of pixels changed by factors, in 8-bit HSV: hue in 180 steps of two degrees, saturation
/// and value in 256; each rounded to nearest on the way there and, after its factor, down.
/// </summary>
/// <remarks>
/// Eight pixels at a time in vectors of floats. The arithmetic is plain IEEE, lane by lane, so every machine gives the
/// same bytes, with vector instructions or without.
/// </remarks>
internal readonly struct HsvGains
{
    private const int Lanes = 8;
    private const int BlockBytes = Lanes * 3;
    private const float HueSteps = 180;
    private const float StepsPerSector = 30;

    private readonly Vector256<float> _hue;
    private readonly Vector256<float> _saturation;
    private readonly Vector256<float> _value;

    /// <summary>Three factors.</summary>
    /// <param name="hue">On hue, modulo the circle: 0…2.</param>
    /// <param name="saturation">On saturation, saturating: 0 or more.</param>
    /// <param name="value">On brightness, saturating: 0 or more.</param>
    public HsvGains(double hue, double saturation, double value)
    {
        _hue = Vector256.Create((float)hue);
        _saturation = Vector256.Create((float)saturation);
        _value = Vector256.Create((float)value);
    }

    /// <summary>Factors 1 ± gain, uniformly.</summary>
    public static HsvGains Draw(AugmentationOptions options, ref KeyedRandom random) => new(
        1 + random.NextWithin(options.HueGain),
        1 + random.NextWithin(options.SaturationGain),
        1 + random.NextWithin(options.ValueGain));

    /// <summary>Changes RGB pixels in place.</summary>
    public void Apply(Span<byte> pixels)
    {
        var whole = pixels.Length / BlockBytes * BlockBytes;
        for (var i = 0; i < whole; i += BlockBytes) ApplyToBlock(ref pixels[i]);
        if (whole == pixels.Length) return;

        Span<byte> rest = stackalloc byte[BlockBytes];
        rest.Clear();
        pixels[whole..].CopyTo(rest);
        ApplyToBlock(ref rest[0]);
        rest[..(pixels.Length - whole)].CopyTo(pixels[whole..]);
    }

    private void ApplyToBlock(ref byte block)
    {
        var packed = Load(ref block);
        var red = Vector256.ConvertToSingle(packed & Vector256.Create(255));
        var green = Vector256.ConvertToSingle((packed >>> 8) & Vector256.Create(255));
        var blue = Vector256.ConvertToSingle(packed >>> 16);

        var value = Vector256.Max(red, Vector256.Max(green, blue));
        var difference = value - Vector256.Min(red, Vector256.Min(green, blue));
        var saturation = Round(difference * 255f / Vector256.Max(value, Vector256<float>.One));
        var hue = Hue(red, green, blue, value, difference);

        hue = Vector256.Floor(hue * _hue);
        hue = Wrap(hue, HueSteps) / StepsPerSector;
        value = Saturate(value * _value);
        var chroma = value * Saturate(saturation * _saturation) / 255f;
        Store(ref block, Channel(5, hue, value, chroma) | Channel(3, hue, value, chroma) << 8 | Channel(1, hue, value, chroma) << 16);
    }

    /// <summary>The hue in whole steps, 0…179; 0 for greys.</summary>
    private static Vector256<float> Hue(
        Vector256<float> red, Vector256<float> green, Vector256<float> blue, Vector256<float> value, Vector256<float> difference)
    {
        var (isRed, isGreen) = (Vector256.Equals(value, red), Vector256.Equals(value, green));
        var distance = Vector256.ConditionalSelect(
            isRed, green - blue, Vector256.ConditionalSelect(isGreen, blue - red, red - green));
        var start = Vector256.ConditionalSelect(
            isRed, Vector256<float>.Zero,
            Vector256.ConditionalSelect(isGreen, Vector256.Create(2 * StepsPerSector), Vector256.Create(4 * StepsPerSector)));
        var hue = Round(start + distance * StepsPerSector / Vector256.Max(difference, Vector256<float>.One));
        return hue + (Vector256.LessThan(hue, Vector256<float>.Zero) & Vector256.Create(HueSteps));
    }

    /// <summary>
    /// One channel of HSV without cases: value − chroma · clamp(min(k, 4 − k), 0, 1) with k = (n + hue in sixths of the
    /// circle) mod 6 and n = 5, 3, 1 for red, green, blue.
    /// </summary>
    private static Vector256<int> Channel(float n, Vector256<float> sixths, Vector256<float> value, Vector256<float> chroma)
    {
        var k = Wrap(sixths + Vector256.Create(n), 6);
        var share = Vector256.Min(Vector256.Min(k, Vector256.Create(4f) - k), Vector256<float>.One);
        return Vector256.ConvertToInt32(Round(value - chroma * Vector256.Max(share, Vector256<float>.Zero)));
    }

    /// <summary>Takes one circle off what has gone round it once.</summary>
    private static Vector256<float> Wrap(Vector256<float> angle, float circle) =>
        angle - (Vector256.GreaterThanOrEqual(angle, Vector256.Create(circle)) & Vector256.Create(circle));

    private static Vector256<float> Round(Vector256<float> value) => Vector256.Floor(value + Vector256.Create(.5f));

    private static Vector256<float> Saturate(Vector256<float> value) => Vector256.Min(Vector256.Floor(value), Vector256.Create(255f));

    /// <summary>Eight pixels of three bytes, each in the low bytes of an integer.</summary>
    private static Vector256<int> Load(ref byte block)
    {
        // Two times twelve bytes: the second load ends with the block, so its pixels lie four bytes further on.
        var spread = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
        var spreadLate = Vector128.Create((byte)4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255, 13, 14, 15, 255);
        var first = Vector128.Shuffle(Vector128.LoadUnsafe(ref block), spread);
        var second = Vector128.Shuffle(Vector128.LoadUnsafe(ref block, 8), spreadLate);
        return Vector256.Create(first, second).AsInt32();
    }

    /// <summary>The reverse of <see cref="Load"/>.</summary>
    private static void Store(ref byte block, Vector256<int> packed)
    {
        var gather = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        var gatherLate = Vector128.Create((byte)255, 255, 255, 255, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14);
        var first = Vector128.Shuffle(packed.GetLower().AsByte(), gather);
        var second = Vector128.Shuffle(packed.GetUpper().AsByte(), gatherLate);

        // The two stores overlap in bytes 8…11, which are the end of the first half.
        first.StoreUnsafe(ref block);
        var middle = first.AsUInt32().GetElement(2);
        second.AsUInt32().WithElement(0, middle).AsByte().StoreUnsafe(ref block, 8);
    }
}
