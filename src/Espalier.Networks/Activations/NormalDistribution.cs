namespace Espalier.Networks;

/// <summary>The standard normal distribution, which GELU weighs with.</summary>
internal static class NormalDistribution
{
    // Beyond, what is left is less than a double tells from 0 or 1.
    private const double Farthest = 9;

    /// <summary>Φ(x): the share that lies below x, to about 1e-15.</summary>
    /// <remarks>½ + φ(x) · Σ x²ⁿ⁺¹ / (1 · 3 · 5 ⋯ (2n + 1)) (Marsaglia 2004): all terms have one sign, so that none is lost.</remarks>
    public static double Below(double x)
    {
        if (double.IsNaN(x)) return x;
        if (Math.Abs(x) > Farthest) return x > 0 ? 1 : 0;
        var (sum, term) = (0.0, x);
        for (var odd = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); odd += 2)
        {
            sum += term;
            term *= x * x / odd;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}
