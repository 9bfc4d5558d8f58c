using System.Numerics;

namespace Espalier.Core;

/// <summary>
/// Random numbers that are a pure function of a seed and a key, such as (epoch, index): whoever asks for the
/// same key draws the same numbers, whatever was drawn before and by which thread.
/// </summary>
/// <remarks>
/// The key is hashed by SplitMix64 (Steele, Lea and Flood 2014) into the four words of xoshiro256** (Blackman and Vigna
/// 2018). It is a mutable struct: hand it on by reference, a copy repeats the same numbers.
/// </remarks>
internal struct KeyedRandom
{
    private ulong _word0;
    private ulong _word1;
    private ulong _word2;
    private ulong _word3;

    /// <summary>The numbers of one key under a seed.</summary>
    /// <param name="seed">Any number; the user's seed.</param>
    /// <param name="key">What the numbers are for, such as (purpose, epoch, index). Keys of different length differ.</param>
    public KeyedRandom(ulong seed, params ReadOnlySpan<ulong> key)
    {
        var state = SplitMix64.Mix(seed + SplitMix64.Gamma * (ulong)(key.Length + 1));
        foreach (var part in key) state = SplitMix64.Mix((state ^ part) + SplitMix64.Gamma);

        // xoshiro's only forbidden state, all zeros, cannot arise: Mix is a bijection of four different numbers.
        _word0 = SplitMix64.Next(ref state);
        _word1 = SplitMix64.Next(ref state);
        _word2 = SplitMix64.Next(ref state);
        _word3 = SplitMix64.Next(ref state);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_word1 * 5, 7) * 9;
        var shifted = _word1 << 17;
        _word2 ^= _word0;
        _word3 ^= _word1;
        _word1 ^= _word2;
        _word0 ^= _word3;
        _word2 ^= shifted;
        _word3 = BitOperations.RotateLeft(_word3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), in steps of 2⁻⁵³.</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextBetween(double low, double high) => low + (high - low) * NextUnit();

    /// <summary>Uniform in [−<paramref name="bound"/>, <paramref name="bound"/>).</summary>
    public double NextWithin(double bound) => NextBetween(-bound, bound);

    /// <summary>True with the given probability; draws a number in either case.</summary>
    public bool NextChance(double probability) => NextUnit() < probability;

    /// <summary>A whole number from 0 to <paramref name="count"/> − 1, each equally likely (Lemire 2019).</summary>
    /// <param name="count">At least 1.</param>
    public int NextIndex(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var bound = (ulong)count;
        var high = Math.BigMul(NextBits(), bound, out var low);
        if (low < bound)
        {
            var threshold = (0 - bound) % bound;
            while (low < threshold) high = Math.BigMul(NextBits(), bound, out low);
        }

        return (int)high;
    }

    /// <summary>From the normal distribution with mean 0 and standard deviation 1 (Box and Muller 1958).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextUnit()));
        return radius * Math.Cos(2 * Math.PI * NextUnit());
    }

    /// <summary>From the beta distribution with both parameters equal to a whole number, such as mixup's Beta(32, 32).</summary>
    /// <param name="parameter">At least 1.</param>
    public double NextSymmetricBeta(int parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameter, 1);
        var first = NextGamma(parameter);
        return first / (first + NextGamma(parameter));
    }

    /// <summary>Puts the items into a random order, all orders equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextIndex(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>Gamma with a whole shape is a sum of exponentials: exact, and short enough for the shapes used here.</summary>
    private double NextGamma(int shape)
    {
        double sum = 0;
        for (var i = 0; i < shape; i++) sum -= Math.Log(1 - NextUnit());
        return sum;
    }
}
