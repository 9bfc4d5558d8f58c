using Espalier.Core;

namespace Espalier.Streets.Shapes;

/// <summary>Value noise: random numbers on a grid, smoothly joined. A pure function of place and seed.</summary>
internal static class SmoothNoise
{
    /// <summary>One octave, 0…1, with features of about one unit.</summary>
    public static double At(double x, double y, ulong seed)
    {
        var (floorX, floorY) = (Math.Floor(x), Math.Floor(y));
        var (shareX, shareY) = (Smooth(x - floorX), Smooth(y - floorY));
        var (column, row) = ((long)floorX, (long)floorY);
        var (topLeft, bottomLeft) = (Corner(column, row, seed), Corner(column, row + 1, seed));
        var top = topLeft + (Corner(column + 1, row, seed) - topLeft) * shareX;
        var bottom = bottomLeft + (Corner(column + 1, row + 1, seed) - bottomLeft) * shareX;
        return top + (bottom - top) * shareY;
    }

    /// <summary>Several octaves, each twice as fine and half as strong; 0…1 with mean one half.</summary>
    public static double Layered(double x, double y, ulong seed, int octaves)
    {
        double sum = 0, weight = 0, strength = 1;
        for (var i = 0; i < octaves; i++)
        {
            sum += strength * At(x, y, seed + (ulong)i);
            weight += strength;
            (x, y, strength) = (x * 2.03 + 11.7, y * 2.03 + 5.3, strength / 2);
        }

        return sum / weight;
    }

    /// <summary>The random number of a cell of the grid, 0…1.</summary>
    public static double Corner(long column, long row, ulong seed)
    {
        var bits = SplitMix64.Mix(seed * SplitMix64.Gamma + (ulong)column * 0xD1B54A32D192ED03 + (ulong)row * 0xABC98388FB8FAC03);
        return (bits >> 40) * (1.0 / (1 << 24));
    }

    private static double Smooth(double share) => share * share * (3 - 2 * share);
}
