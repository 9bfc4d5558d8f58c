namespace Espalier.Core.Tests;

public sealed class KeyedRandomTests
{
    [Fact]
    public void The_same_key_draws_the_same_numbers()
    {
        var first = new KeyedRandom(7, 1, 2);
        var second = new KeyedRandom(7, 1, 2);
        for (var i = 0; i < 100; i++) Assert.Equal(first.NextBits(), second.NextBits());
    }

    [Fact]
    public void Neighbouring_seeds_keys_and_lengths_of_keys_all_differ()
    {
        var firsts = new HashSet<ulong>();
        for (ulong seed = 0; seed < 20; seed++)
        {
            firsts.Add(new KeyedRandom(seed).NextBits());
            for (ulong a = 0; a < 20; a++)
            {
                firsts.Add(new KeyedRandom(seed, a).NextBits());
                for (ulong b = 0; b < 20; b++) firsts.Add(new KeyedRandom(seed, a, b).NextBits());
            }
        }

        Assert.Equal(20 + 400 + 8000, firsts.Count);
    }

    [Fact]
    public void First_draws_of_consecutive_keys_are_uniform()
    {
        // What the loader does: a stream an index, few numbers from each. Chi-squared over 64 bins, 63 degrees of freedom.
        const int Draws = 64_000;
        Span<int> bins = stackalloc int[64];
        for (var i = 0; i < Draws; i++) bins[(int)(new KeyedRandom(0, 2, 5, (ulong)i).NextUnit() * 64)]++;
        double chiSquared = 0;
        foreach (var count in bins) chiSquared += (count - 1000.0) * (count - 1000.0) / 1000;
        Assert.InRange(chiSquared, 30, 110);
    }

    [Fact]
    public void Moments_are_those_of_the_distributions()
    {
        var random = new KeyedRandom(3);
        const int Draws = 40_000;
        double normal = 0, normalSquares = 0, beta = 0, betaSquares = 0, unit = 0;
        for (var i = 0; i < Draws; i++)
        {
            var n = random.NextNormal();
            (normal, normalSquares) = (normal + n, normalSquares + n * n);
            unit += random.NextUnit();
            if (i % 10 != 0) continue;
            var b = random.NextSymmetricBeta(32) - .5;
            (beta, betaSquares) = (beta + b, betaSquares + b * b);
        }

        Assert.Equal(0, normal / Draws, .02);
        Assert.Equal(1, normalSquares / Draws, .03);
        Assert.Equal(.5, unit / Draws, .01);
        Assert.Equal(0, beta / (Draws / 10), .005);
        Assert.Equal(1.0 / (4 * 65), betaSquares / (Draws / 10), .0005); // the variance of Beta(a, a) is 1 / (4 (2a + 1))
    }

    [Fact]
    public void Indices_are_within_the_count_and_a_shuffle_is_a_permutation()
    {
        var random = new KeyedRandom(1);
        Span<int> bins = stackalloc int[7];
        for (var i = 0; i < 70_000; i++) bins[random.NextIndex(7)]++;
        foreach (var count in bins) Assert.InRange(count, 9_500, 10_500);

        var items = Enumerable.Range(0, 100).ToArray();
        random.Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
