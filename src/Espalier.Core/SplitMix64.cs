namespace Espalier.Core;

/// <summary>SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine
/// and in every version, from any 64-bit state.</summary>
internal static class SplitMix64
{
    /// <summary>What the state grows by at each number: 2⁶⁴ divided by the golden ratio, made odd.</summary>
    public const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>The next number of a stream.</summary>
    /// <param name="state">Where the stream stands; moved on by <see cref="Gamma"/>.</param>
    public static ulong Next(ref ulong state) => Mix(state += Gamma);

    /// <summary>Scatters the bits of a number; a bijection, which takes 0 to 0.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
