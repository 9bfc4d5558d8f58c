using System.Globalization;
using Espalier.Core;
using Espalier.Datasets.Augmentation;

namespace Espalier.Datasets.Loading;

/// <summary>In which order an epoch goes through the entries.</summary>
internal static class EpochOrder
{
    /// <summary>A permutation of 0 … count − 1 as a function of (seed, epoch).</summary>
    public static int[] Shuffled(ulong seed, int epoch, int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++) order[i] = i;
        new KeyedRandom(seed, RandomPurpose.Order, (ulong)epoch).Shuffle<int>(order);
        return order;
    }

    /// <summary>As many entries as there are, drawn with replacement in proportion to their weights.</summary>
    /// <exception cref="EspalierException">A weight is negative or not a number, or all are zero.</exception>
    public static int[] Weighted(ulong seed, int epoch, IReadOnlyList<double> weights)
    {
        var upTo = new double[weights.Count];
        double total = 0;
        for (var i = 0; i < upTo.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
            {
                throw new EspalierException(string.Create(
                    CultureInfo.InvariantCulture, $"The sampling weight of photo {i} is {weights[i]}; it must be 0 or more and finite."));
            }

            upTo[i] = total += weights[i];
        }

        if (total <= 0) throw new EspalierException("The sampling weights are all 0; at least one must be above.");
        var random = new KeyedRandom(seed, RandomPurpose.Order, (ulong)epoch);
        var order = new int[upTo.Length];
        for (var i = 0; i < order.Length; i++) order[i] = FirstAbove(upTo, random.NextUnit() * total);
        return order;
    }

    /// <summary>The first entry whose running sum exceeds the mark: never one of weight 0.</summary>
    private static int FirstAbove(double[] upTo, double mark)
    {
        var (low, high) = (0, upTo.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (upTo[middle] > mark) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
