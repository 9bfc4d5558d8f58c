using Espalier.Core;

namespace Espalier.Streets.Shapes;

/// <summary>The random numbers of one picture, drawn in the order in which it is made. One object, so that no copy repeats them.</summary>
internal sealed class Dice
{
    /// <summary>The first part of a key: the purposes that loading and augmentation draw for under the same seed are 1 to 5.</summary>
    public const ulong Purpose = 6;

    private KeyedRandom _random;

    public Dice(ulong seed, params ReadOnlySpan<ulong> key) => _random = new KeyedRandom(seed, key);

    public ulong Bits() => _random.NextBits();

    public double Unit() => _random.NextUnit();

    public double Between(double low, double high) => _random.NextBetween(low, high);

    public double Within(double bound) => _random.NextWithin(bound);

    public double Normal() => _random.NextNormal();

    public bool Chance(double probability) => _random.NextChance(probability);

    public int Index(int count) => _random.NextIndex(count);

    public double Sign() => Chance(.5) ? 1 : -1;

    public T Pick<T>(ReadOnlySpan<T> items) => items[_random.NextIndex(items.Length)];

    /// <summary>An index drawn by weights, which need not sum to one.</summary>
    public int Weighted(ReadOnlySpan<double> weights)
    {
        double sum = 0;
        foreach (var weight in weights) sum += weight;
        var left = Unit() * sum;
        for (var i = 0; i < weights.Length - 1; i++)
        {
            left -= weights[i];
            if (left < 0) return i;
        }

        return weights.Length - 1;
    }
}
