using Espalier.Core;

namespace Espalier.Pipelines.Latency;

/// <summary>Straight lines through measurements, each counted by its relative error: a node of 5 µs as much as one of 200.</summary>
internal static class LeastSquares
{
    // Where measurements do not tell two coefficients apart, the smaller ones are taken.
    private const double Ridge = 1e-4;

    /// <summary>The coefficients c for which Σ ((c · x − y) / y)² is smallest.</summary>
    /// <param name="rows">The x of each measurement and its y, above 0.</param>
    public static double[] Fit(IReadOnlyList<(double[] X, double Y)> rows)
    {
        var count = rows[0].X.Length;
        var (left, right) = (new double[count, count], new double[count]);
        foreach (var (x, y) in rows)
        {
            for (var i = 0; i < count; i++)
            {
                right[i] += x[i] / y;
                for (var j = 0; j < count; j++) left[i, j] += x[i] / y * (x[j] / y);
            }
        }

        // The ridge keeps every pivot above 0.
        for (var i = 0; i < count; i++) left[i, i] += (Ridge * left[i, i]) + double.Epsilon;
        return LinearEquations.Solve(left, right);
    }
}
